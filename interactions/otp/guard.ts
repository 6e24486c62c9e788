import type { Origin, Visit } from '../../src/assurance/level.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { Limit, LimitState } from '../../src/ports/rate-limiter.ts'
import { FREE_STARTS, otpLimits, RISKY_SHARE, waitAfterWrong, type OtpPolicy } from './policy.ts'
import type { Party } from './state.ts'

type Needs = Pick<Ports, 'limiter' | 'secrets'>

export type Admission =
  /** Seconds until another message may be asked for. */
  | { readonly kind: 'admitted'; readonly wait: number }
  | { readonly kind: 'early'; readonly wait: number }
  | { readonly kind: 'over'; readonly error: 'too_many_sends' | 'sms_unavailable' }

export type Guess =
  | {
      readonly kind: 'counted'
      readonly triesLeft: number
      /** This party's, in this hour. */ n: number
    }
  | { readonly kind: 'early'; readonly wait: number }
  | { readonly kind: 'over' }

type Counter = readonly [Limit, string]

/** All counters of this rung. Every method does the same work whoever the number belongs to. */
export function otpGuard({ limiter, secrets }: Needs, policy: OtpPolicy) {
  const limits = otpLimits(policy)

  /** Who stands before this number: a device on which it was proved, or one of all the strangers. */
  async function partyOf(mobile: string, { device, subnet }: Origin): Promise<Party> {
    const number = secrets.fingerprint(mobile, 'otp_number')
    const known = device && (await limiter.peek(limits.known, `${number}:${device}`))
    return known && known.remaining === 0
      ? { kind: 'known', own: `${number}:${device}`, all: number }
      : { kind: 'stranger', own: `${number}:${subnet}`, all: number }
  }

  async function isLockedOut({ kind, own, all }: Party): Promise<boolean> {
    const { own: mine, all: everyones } = limits.wrong[kind]
    const [one, other] = await Promise.all([limiter.peek(mine, own), limiter.peek(everyones, all)])
    return !one.allowed || !other.allowed
  }

  /** Is some counter of what this visitor may cost half full? */
  async function isRisky({ origin }: Visit): Promise<boolean> {
    const { sendsByAddress, sendsBySubnet, sendsOverall } = limits
    const counters = [
      [sendsByAddress, origin.address],
      [sendsBySubnet, origin.subnet],
      [sendsOverall, 'all'],
    ] as const
    for (const [limit, key] of counters) {
      const used = usedOf(limit, await limiter.peek(limit, key))
      if (used >= limit.points * RISKY_SHARE) return true
    }
    return false
  }

  function sendCounters({ uid, origin }: Visit, { kind, own, all }: Party): readonly Counter[] {
    const sends = limits.sends[kind]
    return [
      [limits.sendsByInteraction, uid],
      [limits.sendsByAddress, origin.address],
      [limits.sendsBySubnet, origin.subnet],
      [sends.own, own],
      [sends.all, all],
      [limits.sendsOverall, 'all'],
    ]
  }

  /** Counts one message and what it costs; the wait before it is taken atomically, so that of several at
   *  once one is sent. */
  async function admit(visit: Visit, party: Party, isFirst: boolean): Promise<Admission> {
    const n = usedOf(limits.unanswered, await limiter.take(limits.unanswered, party.own))
    const pause = limits.sendPause(n)
    const isFree = isFirst && n <= FREE_STARTS
    // The last free start begins the wait of the next one; a page keeps its own time for its resends.
    if (isFree && n === FREE_STARTS) await limiter.reset(pause, party.own)
    const turn = isFree && n < FREE_STARTS ? undefined : await limiter.take(pause, party.own)
    if (turn?.allowed === false) {
      await limiter.giveBack(limits.unanswered, party.own)
      return { kind: 'early', wait: turn.retryAfterSeconds }
    }
    const over = await firstOver(sendCounters(visit, party))
    if (over === undefined) return { kind: 'admitted', wait: pause.seconds }
    const isDear = over === limits.sendsOverall
    return { kind: 'over', error: isDear ? 'sms_unavailable' : 'too_many_sends' }
  }

  /** Counts in all of them at once. Whoever is over in one uses up nothing of what others have. */
  async function firstOver(counters: readonly Counter[]): Promise<Limit | undefined> {
    const states = await Promise.all(counters.map(([limit, key]) => limiter.take(limit, key)))
    const over = states.findIndex(({ allowed }) => !allowed)
    if (over < 0) return undefined
    const counted = counters.filter((_counter, at) => states[at]?.allowed)
    await Promise.all(counted.map(([limit, key]) => limiter.giveBack(limit, key)))
    return counters[over]?.[0]
  }

  /** A message that never left is not held against anybody. */
  async function uncount(visit: Visit, party: Party): Promise<void> {
    const counted: Counter[] = [...sendCounters(visit, party), [limits.unanswered, party.own]]
    await Promise.all([
      ...counted.map(([limit, key]) => limiter.giveBack(limit, key)),
      limiter.reset(limits.sendPause(1), party.own),
    ])
  }

  /** Counts a guess before it is looked at, so that parallel ones cannot outrun the counters. */
  async function guess({ kind, own, all }: Party, codeId: string): Promise<Guess> {
    const pause = await limiter.peek(limits.wrongPause(1), own)
    if (!pause.allowed) return { kind: 'early', wait: pause.retryAfterSeconds }
    const wrong = limits.wrong[kind]
    const tries = await limiter.take(limits.tries, codeId)
    const mine = tries.allowed ? await limiter.take(wrong.own, own) : tries
    // Whoever is over his own share uses up nothing that others have.
    const everyones = mine.allowed ? await limiter.take(wrong.all, all) : mine
    if (!everyones.allowed) return { kind: 'over' }
    return { kind: 'counted', triesLeft: tries.remaining, n: usedOf(wrong.own, mine) }
  }

  /** Seconds until the next guess of this party is looked at. */
  async function wrong(party: Party, n: number): Promise<number> {
    const wait = waitAfterWrong(n)
    if (wait > 0) await limiter.take(limits.wrongPause(n), party.own)
    return wait
  }

  /** The number answered: its waits end, and this device is known for it from now on. */
  async function right({ kind, own, all }: Party, { device }: Origin): Promise<void> {
    await Promise.all([
      limiter.reset(limits.wrong[kind].own, own),
      limiter.giveBack(limits.wrong[kind].all, all),
      limiter.reset(limits.unanswered, own),
      limiter.reset(limits.sendPause(1), own),
    ])
    if (device === undefined || kind === 'known') return
    await limiter.reset(limits.known, `${all}:${device}`)
    await limiter.take(limits.known, `${all}:${device}`)
  }

  /** True for the first who brings the answer to this puzzle. */
  async function spend(puzzleId: string): Promise<boolean> {
    return (await limiter.take(limits.puzzle, puzzleId)).allowed
  }

  return { partyOf, isLockedOut, isRisky, admit, uncount, guess, wrong, right, spend }
}

function usedOf(limit: Limit, { remaining }: LimitState): number {
  return limit.points - remaining
}
