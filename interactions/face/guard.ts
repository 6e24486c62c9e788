import type { Origin } from '../../src/assurance/level.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { Limit, LimitState } from '../../src/ports/rate-limiter.ts'
import { faceLimits, type FacePolicy } from './policy.ts'

export interface Trier {
  readonly subjectId: string
  readonly origin: Origin
}

export interface TriesLeft {
  readonly left: number
  /** Milliseconds since the epoch, when there are none. */
  readonly tryAt?: number
}

type Needs = Pick<Ports, 'clock' | 'limiter'>

/** Counts tries before they are made: parallel ones cannot outrun the counters. What proved something, and what
 *  came to nothing through no fault of the person, is given back. */
export function faceGuard({ clock, limiter }: Needs, policy: FacePolicy) {
  const { cards, pictures, triesInHour, triesInDay, ...places } = faceLimits(policy)

  function countersOf({ subjectId, origin }: Trier): (readonly [Limit, string])[] {
    const { device, address, subnet } = origin
    return [
      [triesInHour, subjectId],
      [triesInDay, subjectId],
      ...(device ? [[places.triesByDevice, device] as const] : []),
      [places.triesByAddress, address],
      [places.triesBySubnet, subnet],
    ]
  }

  const all = (trier: Trier, ask: (limit: Limit, key: string) => Promise<LimitState>) =>
    Promise.all(countersOf(trier).map(([limit, key]) => ask(limit, key)))

  async function giveBack(trier: Trier, where: (at: number) => boolean): Promise<void> {
    const counters = countersOf(trier).filter((_counter, at) => where(at))
    await Promise.all(counters.map(([limit, key]) => limiter.giveBack(limit, key)))
  }

  return {
    async left(trier: Trier): Promise<TriesLeft> {
      const states = await all(trier, limiter.peek)
      const left = Math.min(...states.map(({ remaining }) => remaining))
      if (left > 0) return { left }
      const waits = states.filter(({ remaining }) => remaining === 0)
      const seconds = Math.max(...waits.map(({ retryAfterSeconds }) => retryAfterSeconds))
      return { left: 0, tryAt: clock.now() + seconds * 1000 }
    },

    async admit(trier: Trier): Promise<boolean> {
      const states = await all(trier, (limit, key) => limiter.take(limit, key))
      if (states.every(({ allowed }) => allowed)) return true
      // Whoever is over in one uses up nothing of what others have.
      await giveBack(trier, (at) => states[at]?.allowed === true)
      return false
    },

    acquit: (trier: Trier): Promise<void> => giveBack(trier, () => true),

    mayRead: async ({ subjectId }: Trier): Promise<boolean> =>
      (await limiter.take(cards, subjectId)).allowed,

    maySend: async ({ subjectId }: Trier): Promise<boolean> =>
      (await limiter.take(pictures, subjectId)).allowed,
  }
}

export type FaceGuard = ReturnType<typeof faceGuard>
