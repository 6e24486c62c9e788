import type { Origin } from '../../src/assurance/level.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { Limit } from '../../src/ports/rate-limiter.ts'
import { REGISTRY_LIMITS } from './policy.ts'

type Needs = Pick<Ports, 'limiter' | 'secrets'>
type Counter = readonly [Limit, string]

export interface Asker {
  readonly subjectId: string
  /** E.164 */
  readonly mobile: string
  readonly origin: Origin
}

/** The counters of this rung: nobody learns here by trying. */
export function registryGuard({ limiter, secrets }: Needs) {
  const { asks, wrongByNumber, wrongByDocument, wrongByAddress, wrongBySubnet } = REGISTRY_LIMITS

  const countersOf = (
    { mobile, origin }: Asker,
    { type, issuer, value }: Identifier,
  ): Counter[] => [
    [wrongByNumber, secrets.fingerprint(mobile, 'registry_number')],
    [
      wrongByDocument,
      secrets.fingerprint(JSON.stringify([type, issuer, value]), 'registry_document'),
    ],
    [wrongByAddress, origin.address],
    [wrongBySubnet, origin.subnet],
  ]

  async function give(counters: readonly Counter[]): Promise<void> {
    await Promise.all(counters.map(([limit, key]) => limiter.giveBack(limit, key)))
  }

  return {
    /** A question of whatever kind. */
    mayAsk: async ({ subjectId }: Asker): Promise<boolean> =>
      (await limiter.take(asks, subjectId)).allowed,

    /** Counts a claim as wrong before it is asked about, so that parallel ones cannot outrun the counters. */
    async admit(asker: Asker, document: Identifier): Promise<boolean> {
      const counters = countersOf(asker, document)
      const states = await Promise.all(counters.map(([limit, key]) => limiter.take(limit, key)))
      if (states.every(({ allowed }) => allowed)) return true
      // Whoever is over in one uses up nothing of what others have.
      await give(counters.filter((_counter, at) => states[at]?.allowed))
      return false
    },

    /** It was not wrong, or nobody knows. */
    acquit: (asker: Asker, document: Identifier): Promise<void> =>
      give(countersOf(asker, document)),
  }
}
