import { MANIFEST } from '../manifest.ts'
import { planar, type Box, type Pixels } from './pixels.ts'
import type { Model } from './sessions.ts'

export interface FoundFace {
  readonly box: Box
  readonly score: number
}

export const DETECTOR_WIDTH = 320
export const DETECTOR_HEIGHT = 240

/** More than these are of no interest: two are too many already. */
const MOST_FACES = 20

/** Faces of a frame, the largest first, as boxes in an image of `width` × `height` pixels.
 *  `small`: the frame in the size of the detector, whatever its shape was. */
export async function foundFaces(
  detector: Model,
  small: Pixels,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<readonly FoundFace[]> {
  const { scores, boxes } = await detector.run(planar(small.data, { mean: 127, scale: 128 }))
  if (scores === undefined || boxes === undefined) throw new Error('the detector gives no boxes')
  const { minScore, maxOverlap } = MANIFEST.models.detector.thresholds
  const likely: FoundFace[] = []
  for (let i = 0; i < scores.length / 2; i += 1) {
    const score = scores[i * 2 + 1] ?? 0
    if (score < minScore) continue
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(i * 4, i * 4 + 4)
    likely.push({ score, box: [left * width, top * height, right * width, bottom * height] })
  }
  return withoutDoubles(likely, maxOverlap).toSorted(
    (one, other) => area(other.box) - area(one.box),
  )
}

/** Non-maximum suppression: of boxes that overlap, the likeliest stays. */
export function withoutDoubles(
  faces: readonly FoundFace[],
  maxOverlap: number,
): readonly FoundFace[] {
  const kept: FoundFace[] = []
  for (const face of faces.toSorted((one, other) => other.score - one.score)) {
    if (kept.length >= MOST_FACES) break
    if (kept.every(({ box }) => overlap(box, face.box) <= maxOverlap)) kept.push(face)
  }
  return kept
}

function area([left, top, right, bottom]: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top)
}

/** Intersection over union. */
function overlap(one: Box, other: Box): number {
  const shared = area([
    Math.max(one[0], other[0]),
    Math.max(one[1], other[1]),
    Math.min(one[2], other[2]),
    Math.min(one[3], other[3]),
  ])
  return shared / (area(one) + area(other) - shared)
}
