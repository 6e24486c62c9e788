import { cropped, planar, squareCrop, type Box, type Pixels } from './pixels.ts'
import type { Model } from './sessions.ts'

const SIZE = 128
/** How much of the surroundings is seen: each alone errs where the other does not. */
const SCALES = [1.5, 2.7]

/** From 0 (a print, a screen) to 1 (bona fide): the mean of the scales. */
export async function bonaFide(model: Model, pixels: Pixels, box: Box): Promise<number> {
  let sum = 0
  for (const scale of SCALES) {
    const crop = cropped(pixels, attackCrop(pixels, box, scale), SIZE)
    const { output } = await model.run(planar(crop, { mean: 0, scale: 1, order: [2, 1, 0] }))
    if (output === undefined) throw new Error('the attack model gives no output')
    sum += firstShare(output)
  }
  return sum / SCALES.length
}

/** A square around the face, as large as asked for and as the image allows, moved inside of it. */
function attackCrop({ width, height }: Pixels, [left, top, right, bottom]: Box, scale: number) {
  const wanted = Math.max(right - left, bottom - top) * scale
  const side = Math.min(wanted, width, height)
  const inside = (middle: number, length: number) =>
    Math.min(Math.max(middle - side / 2, 0), length - side)
  return squareCrop(
    inside((left + right) / 2, width),
    inside((top + bottom) / 2, height),
    side,
    SIZE,
  )
}

/** Softmax, of which the first. */
function firstShare(logits: Float32Array): number {
  const most = Math.max(...logits)
  const powers = Array.from(logits, (logit) => Math.exp(logit - most))
  return (powers[0] ?? 0) / powers.reduce((sum, power) => sum + power, 0)
}
