import type { AssuranceLevel, Offer, Step } from './level.ts'

/** All rungs, and what is offered between them. */
export interface Ladder {
  readonly ranks: ReadonlySet<number>
  /** The ways of proving a rank, the default first. */
  ways(rank: number): readonly AssuranceLevel[]
  rung(name: string): AssuranceLevel | undefined
  offers(afterRank: number): readonly Offer[]
  step(name: string): Step | undefined
  /** The lowest rank above `held` and up to `goal` that has a rung. */
  next(held: number, goal: number): number | undefined
}

/** Throws when two steps share a name or a rank is not a whole number from 1 to 9. */
export function ladder(rungs: readonly AssuranceLevel[], offered: readonly Offer[] = []): Ladder {
  const steps = new Map<string, Step>()
  for (const step of [...rungs, ...offered]) {
    if (steps.has(step.name)) throw new TypeError(`two steps are named ${step.name}`)
    steps.set(step.name, step)
  }
  for (const { name, rank } of rungs) {
    if (!Number.isInteger(rank) || rank < 1 || rank > 9) throw new TypeError(`rank of ${name}`)
  }
  const ranks = new Set(rungs.map((rung) => rung.rank).sort())
  return {
    ranks,
    ways: (rank) => rungs.filter((rung) => rung.rank === rank),
    rung: (name) => rungs.find((rung) => rung.name === name),
    offers: (afterRank) => offered.filter((offer) => offer.afterRank <= afterRank),
    step: (name) => steps.get(name),
    next: (held, goal) => [...ranks].find((rank) => rank > held && rank <= goal),
  }
}
