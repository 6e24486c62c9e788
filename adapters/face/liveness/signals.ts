import { median } from './geometry.ts'
import type { Watch } from './state.ts'

/** People need about 200 ms to begin what they are told; nobody needs less than half of that. */
const TOO_QUICK_MS = 100

/** What speaks for a stream that comes from a program and not from a camera; each by itself has honest causes.
 *  The weights are a judgement, not a measurement. */
const SIGNALS: Readonly<Record<string, { weight: number; strength(watch: Watch): number }>> = {
  /** A camera never takes the very same picture again: a loop does. */
  repeats: { weight: 0.5, strength: ({ tally }) => share(3 * tally.repeats, tally.frames) },
  /** From one frame to the next the face is elsewhere: a cut. */
  jumps: { weight: 0.3, strength: ({ tally }) => share(tally.jumps, 3) },
  /** Another size in the middle of a stream. */
  sizeChanges: { weight: 0.3, strength: ({ tally }) => share(tally.sizeChanges, 2) },
  /** It had begun before anybody could have heard it. */
  reactions: {
    weight: 0.2,
    strength: ({ seen }) =>
      share(seen.filter(({ reaction }) => reaction < TOO_QUICK_MS).length, seen.length),
  },
}

/** From 0 to 1: how much the stream looks injected. */
export function injectionScore(watch: Watch): number {
  const weighted = Object.values(SIGNALS).map(({ weight, strength }) => weight * strength(watch))
  return Math.min(
    1,
    weighted.reduce((sum, value) => sum + value, 0),
  )
}

const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)

/** For the evidence: numbers and codes of which no face can be made. */
export function factsOf(watch: Watch, now: number) {
  const { plan, rules, tally, seen, passive } = watch
  const least = (values: readonly number[]) => rounded(values.length > 0 ? Math.min(...values) : 0)
  return {
    nonce: plan.nonce,
    rules: rules.version,
    asked: plan.movements.join(' '),
    seen: seen.map(({ movement }) => movement).join(' '),
    seconds: rounded((now - watch.begunAt) / 1000),
    frames: tally.frames,
    least_residual: least(seen.map(({ residual }) => residual)),
    least_extent: least(seen.map(({ extent }) => extent)),
    least_similarity: rounded(tally.lowestSimilarity),
    passive_median: passive.length > 0 ? rounded(median(passive)) : 0,
    passive_frames: passive.length,
    least_turned_passive: least(seen.map(({ bonaFide }) => bonaFide)),
    quickest_ms: least(seen.map(({ reaction }) => reaction)),
    repeats: tally.repeats,
    stalls: tally.stalls,
    jumps: tally.jumps,
    size_changes: tally.sizeChanges,
    wrong_turns: tally.wrongTurns,
    flat_runs: tally.flatRuns,
    attack_runs: tally.attackRuns,
    injection_score: rounded(injectionScore(watch)),
  }
}

const rounded = (value: number) => Math.round(value * 1000) / 1000
