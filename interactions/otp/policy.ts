import type { Limit } from '../../src/ports/rate-limiter.ts'

export interface OtpPolicy {
  /** The window's host, for WebOTP. */
  readonly host: string
  readonly lifetimeSeconds: number
  readonly tries: number
  readonly resendSeconds: number
  readonly sendsPerHour: number
  readonly sendsPerMinuteOverall: number
  readonly foreignNumbers: 'refuse' | 'accept'
}

const SENDS_PER_INTERACTION = 3
const HOUR = 3600
/** As long as a silent number keeps its subject: a device that proved it is known for it so long. */
const KNOWN_SECONDS = 180 * 24 * HOUR
const LONGEST_SEND_WAIT = 600
const LONGEST_WRONG_WAIT = 60

/** New interactions for one number that may begin without a wait while no code was typed in. */
export const FREE_STARTS = 2

/** From this share of a limit on, traffic is taken for risky, and a captcha is asked if there is one. */
export const RISKY_SHARE = 0.5

/** Seconds before the next message after the `n`th that nobody answered: 60, 60, 120, 240, …, ten minutes. */
export function waitAfterSend({ resendSeconds }: Pick<OtpPolicy, 'resendSeconds'>, n: number) {
  return Math.min(
    resendSeconds * 2 ** Math.max(0, n - 2),
    Math.max(resendSeconds, LONGEST_SEND_WAIT),
  )
}

/** Seconds before the next guess after the `n`th wrong code: nothing for a slip of the finger, then 5, 10,
 *  20, 40 and a minute. */
export function waitAfterWrong(n: number): number {
  return n < 2 ? 0 : Math.min(5 * 2 ** (n - 2), LONGEST_WRONG_WAIT)
}

/** What one party has (a device, or a network), and what all of its kind have together. */
interface Share {
  readonly own: Limit
  readonly all: Limit
}

/** Apart from each other, and none of them in the interaction's state: a new interaction resets nothing.
 *  `known`: devices on which this very number was proved. `stranger`: everybody else, by network. What
 *  strangers use up is the strangers' and never the citizen's own. */
export function otpLimits(policy: OtpPolicy) {
  const limit = (name: string, points: number, seconds = HOUR): Limit => ({
    name: `otp_${name}`,
    points,
    seconds,
  })
  const { sendsPerHour: sends } = policy
  return {
    /** Messages to one number. */
    sends: {
      known: { own: limit('sends_device', sends), all: limit('sends_known', 2 * sends) },
      stranger: {
        own: limit('sends_network', Math.max(1, sends - 1)),
        all: limit('sends_strangers', sends),
      },
    },
    /** Wrong codes for one number: at most 40 an hour over everybody, of a million. */
    wrong: {
      known: { own: limit('wrong_device', 10), all: limit('wrong_known', 20) },
      stranger: { own: limit('wrong_network', 10), all: limit('wrong_strangers', 20) },
    },
    /** Messages in one interaction, whichever numbers they go to. */
    sendsByInteraction: limit('sends_interaction', SENDS_PER_INTERACTION),
    sendsByAddress: limit('sends_address', 20),
    sendsBySubnet: limit('sends_subnet', 100),
    /** What a night of fraud may cost at most. */
    sendsOverall: limit('sends_overall', policy.sendsPerMinuteOverall, 60),
    /** Wrong codes for one code. */
    tries: limit('tries', policy.tries, policy.lifetimeSeconds),
    /** Messages to one number that nobody answered: they make the waits longer. */
    unanswered: limit('unanswered', 50),
    sendPause: (n: number) => limit('send_pause', 1, waitAfterSend(policy, n)),
    wrongPause: (n: number) => limit('wrong_pause', 1, Math.max(1, waitAfterWrong(n))),
    /** One number and one device: over it, the device is known for the number. */
    known: limit('known', 1, KNOWN_SECONDS),
    /** A solved puzzle, once. */
    puzzle: limit('puzzle', 1, HOUR),
  } as const satisfies Readonly<
    Record<string, Limit | Readonly<Record<Kind, Share>> | ((n: number) => Limit)>
  >
}

export type Kind = 'known' | 'stranger'
export type OtpLimits = ReturnType<typeof otpLimits>
