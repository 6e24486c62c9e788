import type { LivenessFailure } from '../../../src/ports/liveness-provider.ts'
import { median } from './geometry.ts'
import { withoutRun } from './movement.ts'
import { injectionScore } from './signals.ts'
import type { Watch } from './state.ts'

/** Of a stream in which a face was seen in a smaller share of frames, the hindrance is the reason. */
const MOSTLY = 0.5

export const finished = {
  /** Enough frames from the front were looked at, and most of them look like a print or a screen. */
  isPrint({ passive, rules }: Pick<Watch, 'passive' | 'rules'>): boolean {
    return passive.length >= 2 * rules.passiveFrames && median(passive) < rules.bonaFideAtLeast
  },

  /** All movements were seen, and the face is from the front again. */
  by(watch: Watch): Watch {
    const { passive, rules, candidates } = watch
    // A frame more costs the person nothing; less than these prove nothing.
    if (passive.length < rules.passiveFrames || candidates.length === 0) return watch
    const isAttack =
      median(passive) < rules.bonaFideAtLeast || injectionScore(watch) >= rules.injectionBelow
    return { ...watch, outcome: isAttack ? 'presentation_attack' : 'live' }
  },
}

/** Why a stream that has not come to its end proves nothing. */
export function failureOf(watch: Watch): LivenessFailure {
  const { passive, rules, seen, anchor } = watch
  const hindrance = mostOften(watch)
  if (hindrance) return hindrance
  const { attackRuns, flatRuns } = withoutRun(watch)
  if (attackRuns > 0) return 'presentation_attack'
  if (flatRuns > 0) return 'flat'
  if (passive.length >= rules.passiveFrames && median(passive) < rules.bonaFideAtLeast) {
    return 'presentation_attack'
  }
  return anchor !== undefined && seen.length === 0 ? 'not_turned' : 'too_slow'
}

const REASONS = ['no_face', 'several_faces', 'too_dark', 'blurred'] as const

function mostOften({ tally }: Watch): LivenessFailure | undefined {
  const times = (reason: (typeof REASONS)[number]) => tally.hindered[reason] ?? 0
  const [most] = [...REASONS].sort((one, other) => times(other) - times(one))
  return most && times(most) > MOSTLY * tally.frames ? most : undefined
}
