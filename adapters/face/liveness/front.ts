import { finished } from './ending.ts'
import { cosine, sizeOf, turnOf } from './geometry.ts'
import type { Glance } from './sight.ts'
import { lastPhase, type Anchor, type Candidate, type Watch } from './state.ts'

/** After `come_closer` the face goes back to about where it was. */
const BACK_AT = 1.2
/** A new measure is taken from a face that is so much more from the front. */
const BETTER = 0.03

/** A frame while the face is wanted from the front: before each movement, and at the end. It is compared and
 *  looked at for signs of a print, and is one that may be matched. */
export function inFront(watch: Watch, glance: Glance): Watch {
  const { face, at } = glance
  if (!isFront(watch, glance) || face.embedding === undefined || face.bonaFide === undefined) {
    return watch
  }
  const anchor = anchored(watch.anchor, glance)
  const similarity = cosine(anchor.embedding, face.embedding)
  const known = { ...watch, anchor, candidates: ranked(watch, glance, similarity) }
  const pause = watch.plan.pauses[watch.phase / 2] ?? 0
  if (at - watch.toldAt < pause) return known
  if (watch.phase === lastPhase(watch)) return finished.by(known)
  const { movedAt: _, ...next } = known
  return { ...next, phase: watch.phase + 1, toldAt: at, run: [] }
}

export function isFront({ rules, anchor }: Watch, { face, height }: Glance): boolean {
  const isBack = anchor === undefined || sizeOf(face, height) <= BACK_AT * anchor.size
  return isBack && Math.abs(turnOf(face.landmarks)) <= rules.frontAtMost
}

/** Who it is stays as first seen; how the face is measured comes from the frame that is most from the front. */
function anchored(anchor: Anchor | undefined, { face, height }: Glance): Anchor {
  const turn = turnOf(face.landmarks)
  if (anchor && !(Math.abs(turn) < Math.abs(anchor.turn) - BETTER)) return anchor
  return {
    landmarks: Float32Array.from(face.landmarks),
    turn,
    size: sizeOf(face, height),
    embedding: anchor?.embedding ?? Float32Array.from(face.embedding ?? []),
  }
}

/** Sharp and from the front, the best first; of one picture only one. */
function ranked(
  watch: Watch,
  { face, sequence }: Glance,
  similarity: number,
): readonly Candidate[] {
  const { candidates, rules } = watch
  if (similarity < rules.matchAtLeast) return candidates
  const quality = Math.log(face.sharpness) - 3 * Math.abs(turnOf(face.landmarks))
  return [...candidates, { sequence, quality }]
    .sort((one, other) => other.quality - one.quality)
    .slice(0, rules.heldFrames)
}
