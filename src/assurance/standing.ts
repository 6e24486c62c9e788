import type { SessionProof } from '../ports/session-level-store.ts'

/** Seconds that a proof of a rank stays good. 0: good only for the request that it was made in. */
export type LevelLifetimes = Readonly<Record<number, number>>

/** What a session may claim now, computed from its proofs alone. Seconds since the epoch. */
export interface Standing {
  /** 0: nothing is proved. */
  readonly rank: number
  readonly fresh: readonly SessionProof[]
}

export interface Asserted {
  readonly rank: number
  readonly amr: readonly string[]
  /** The latest proof of this rank or a higher one. */
  readonly authTime: number
}

/** `justProved`: proofs made in this very request, good whatever the lifetime. */
export function standing(
  proofs: readonly SessionProof[],
  lifetimes: LevelLifetimes,
  now: number,
  justProved: readonly SessionProof[] = [],
): Standing {
  const fresh = proofs.filter(
    (proof) => now - proof.provedAt < (lifetimes[proof.rank] ?? 0) || includes(justProved, proof),
  )
  return { rank: Math.max(0, ...fresh.map((proof) => proof.rank)), fresh }
}

function includes(proofs: readonly SessionProof[], one: SessionProof): boolean {
  return proofs.some((proof) => proof.rank === one.rank && proof.provedAt === one.provedAt)
}

/** The level that the token names: the highest of the accepted ones that is held, or what is held when
 *  none was named. Undefined when an accepted list is not met. */
export function asserted(held: Standing, accepted: readonly number[]): Asserted | undefined {
  if (held.rank === 0) return undefined
  const met = accepted.filter((rank) => rank <= held.rank)
  if (accepted.length > 0 && met.length === 0) return undefined
  const rank = met.length > 0 ? Math.max(...met) : held.rank
  const bearing = held.fresh.filter((proof) => proof.rank >= rank)
  return {
    rank,
    amr: [...new Set(held.fresh.flatMap((proof) => proof.amr))],
    authTime: Math.max(...bearing.map((proof) => proof.provedAt)),
  }
}

/** OIDC Core 3.1.2.1 `max_age`, for one level: is some proof of at least this rank young enough? */
export function isWithinMaxAge(held: Standing, rank: number, maxAge: number, now: number): boolean {
  return held.fresh.some((proof) => proof.rank >= rank && now - proof.provedAt <= maxAge)
}

/** When each level up to `rank` was last proved, no later than `asOf`: frozen for a token by its
 *  `auth_time`, so that refreshing an old token never shows a later act. */
export function levelTimes(
  proofs: readonly SessionProof[],
  rank: number,
  asOf: number,
): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  for (const proof of proofs) {
    if (proof.rank > rank || proof.provedAt > asOf) continue
    times.set(proof.rank, Math.max(times.get(proof.rank) ?? 0, proof.provedAt))
  }
  return times
}
