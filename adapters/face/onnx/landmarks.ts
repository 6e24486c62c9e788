import { cropped, grey, squareCrop, type Box, type Pixels } from './pixels.ts'
import type { Model } from './sessions.ts'

const SIZE = 64

/** 68 × (x, y) in pixels of the image, in the order of iBUG 300-W. */
export async function landmarksOf(model: Model, pixels: Pixels, box: Box): Promise<Float32Array> {
  const [left, top, right, bottom] = box
  const side = bottom - top
  const origin = [(left + right - side) / 2, top] as const
  const crop = cropped(pixels, squareCrop(...origin, side, SIZE), SIZE)
  const { output } = await model.run(grey(crop).map((value) => value / 256))
  if (output === undefined) throw new Error('the landmark model gives no points')
  return output.map((share, i) => share * side + (origin[i % 2] ?? 0))
}
