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

/** Apart from each other, and none of them in the interaction's state: a new interaction resets nothing. */
export function otpLimits(policy: OtpPolicy) {
  const limit = (name: string, points: number, seconds: number): Limit => ({
    name: `otp_${name}`,
    points,
    seconds,
  })
  return {
    /** Messages to one number, asked for from one known device, or else from anywhere: a stranger who
     *  has messages sent uses up the strangers' share and not the citizen's own. */
    sends: limit('sends', policy.sendsPerHour, 3600),
    /** Messages in one interaction, whichever numbers they go to. */
    sendsByInteraction: limit('sends_interaction', SENDS_PER_INTERACTION, 3600),
    sendsByAddress: limit('sends_address', 20, 3600),
    sendsBySubnet: limit('sends_subnet', 100, 3600),
    /** What a night of fraud may cost at most. */
    sendsOverall: limit('sends_overall', policy.sendsPerMinuteOverall, 60),
    /** Wrong codes for one code. */
    tries: limit('tries', policy.tries, policy.lifetimeSeconds),
    /** Wrong codes for one number from one known device, or else from one network: a stranger who
     *  guesses elsewhere locks out himself and not the citizen. */
    wrong: limit('wrong', 10, 3600),
  } as const
}

export type OtpLimits = ReturnType<typeof otpLimits>
