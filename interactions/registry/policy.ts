import type { Limit } from '../../src/ports/rate-limiter.ts'

export interface RegistryPolicy {
  /** Whole years; younger people are told where to go instead. */
  readonly minimumAge: number
  /** Seconds that the proof of this level stays good: the expiry of its evidence. */
  readonly lifetimeSeconds: number
}

const HOUR = 3600
const DAY = 24 * HOUR

/** Apart from each other, and none of them in the interaction's state. A wrong claim counts in all of the
 *  first four: nobody can try birth dates (there are some 36,500), nor ask us whose a number is. */
export const REGISTRY_LIMITS = {
  wrongByNumber: { name: 'registry_wrong_number', points: 5, seconds: HOUR },
  wrongByDocument: { name: 'registry_wrong_document', points: 10, seconds: DAY },
  wrongByAddress: { name: 'registry_wrong_address', points: 20, seconds: HOUR },
  wrongBySubnet: { name: 'registry_wrong_subnet', points: 100, seconds: HOUR },
  /** Whatever comes of it: every question costs the registries' quota. */
  asks: { name: 'registry_asks', points: 20, seconds: HOUR },
} as const satisfies Readonly<Record<string, Limit>>

/** After that long, what the registries said is asked anew, even within one visit. */
export const STALE_MS = 10 * 60_000

/** How long somebody waits before asking a registry again that was away and did not say until when. */
export const AWAY_MS = 30_000
