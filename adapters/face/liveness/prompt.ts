import type { LivenessPrompt, LivenessSay } from '../../../src/ports/liveness-provider.ts'
import { sizeOf } from './geometry.ts'
import { isFront } from './front.ts'
import type { Movement } from './plan.ts'
import { lastPhase, wantedMovement, type Watch } from './state.ts'

const SAYS: Readonly<Record<Movement, LivenessSay>> = {
  left: 'turn_left',
  right: 'turn_right',
  closer: 'come_closer',
}
/** The face is nearer than it was before by so much. */
const NEARER = 1.2

/** What the person is told now. Never what comes after it. */
export function promptOf(watch: Watch): LivenessPrompt {
  const { outcome, phase, run, rules } = watch
  if (outcome !== undefined) return { say: 'done', progress: 1, isDone: true }
  const part = Math.min(1, run.length / rules.turnedFrames) / 2
  return { say: sayOf(watch), progress: (phase + part) / (lastPhase(watch) + 1), isDone: false }
}

function sayOf(watch: Watch): LivenessSay {
  const { hindrance, last, anchor } = watch
  const movement = wantedMovement(watch)
  if (hindrance) return hindrance.kind
  if (movement !== undefined) return SAYS[movement]
  if (last === undefined) return 'look_straight'
  if (anchor && sizeOf(last.face, last.height) > NEARER * anchor.size) return 'go_back'
  return isFront(watch, last) ? 'hold_still' : 'look_straight'
}
