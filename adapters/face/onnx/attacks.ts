import type {
  PresentationAttackDetector,
  PresentationVerdict,
} from '../../../src/ports/presentation-attack-detector.ts'
import type { FaceEngine } from './face-engine.ts'
import type { OperatingPoints } from './operating-points.ts'
import { FRAME_GATE, usableFace, type QualityGate, type Usable } from './usable.ts'

/** More say nothing new and are not looked at. */
const MOST_FRAMES = 15

/** Passive detection over single frames: the mean of two crops of each, and the median of all. Sees prints and
 *  poor screens; a picture that a program puts in the camera's place looks bona fide to it. */
export function onnxAttackDetector(
  engine: FaceEngine,
  { points, gate = FRAME_GATE }: { readonly points: OperatingPoints; readonly gate?: QualityGate },
): PresentationAttackDetector {
  return {
    verifier: `panjereh-passive/${points.version} bonaFide=${points.bonaFide} ${engine.version}`,
    async judge(frames) {
      const looks = frames
        .slice(0, MOST_FRAMES)
        .map((frame) => engine.look(frame, { attack: true }))
      return judged(
        (await Promise.all(looks)).map((look) => usableFace(look, gate)),
        points,
      )
    },
  }
}

function judged(found: readonly Usable[], { bonaFide }: OperatingPoints): PresentationVerdict {
  if (found.some(({ kind }) => kind === 'busy')) return { kind: 'busy' }
  const problems = found.flatMap((one) => (one.kind === 'unusable' ? [one.problem] : []))
  const scores = found.flatMap((one) => (one.kind === 'usable' ? [one.face.bonaFide ?? 0] : []))
  if (problems.includes('several_faces')) return { kind: 'unusable', problem: 'several_faces' }
  if (scores.length === 0) return { kind: 'unusable', problem: problems[0] ?? 'no_face' }
  const score = lowerMedian(scores)
  return {
    kind: 'judged',
    decision: score >= bonaFide ? 'bona_fide' : 'attack',
    score: Math.round(score * 1e4) / 1e4,
  }
}

/** Of an even number, the lower of the two in the middle. */
function lowerMedian(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0
}
