import { cropped, grey, squareCrop, type Box, type Pixels } from './pixels.ts'
import type { Model } from './sessions.ts'

const SIZE = 64
const POINTS = 68

/** How else the square around the face is looked at, in times of its side: the small model is unsteady, and the mean
 *  of some looks stands better than each of them. */
const SQUARES = [1, 0.92, 1.08]

/** 68 × (x, y) in pixels of the image, in the order of iBUG 300-W. */
export async function landmarksOf(model: Model, pixels: Pixels, box: Box): Promise<Float32Array> {
  const sum = new Float32Array(POINTS * 2)
  for (const scale of SQUARES) {
    const points = await lookedAt(model, pixels, box, scale)
    points.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value / SQUARES.length))
  }
  return sum
}

async function lookedAt(
  model: Model,
  pixels: Pixels,
  [left, top, right, bottom]: Box,
  scale: number,
): Promise<Float32Array> {
  const side = (bottom - top) * scale
  const origin = [(left + right - side) / 2, (top + bottom - side) / 2] as const
  const crop = cropped(pixels, squareCrop(...origin, side, SIZE), SIZE)
  const { output } = await model.run(grey(crop).map((value) => value / 256))
  if (output === undefined) throw new Error('the landmark model gives no points')
  return output.map((share, i) => share * side + (origin[i % 2] ?? 0))
}
