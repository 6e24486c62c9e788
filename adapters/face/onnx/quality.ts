import { grey, type Box, type Pixels } from './pixels.ts'

/** Variance of the Laplacian of a square face of interleaved RGB: low where nothing has an edge. */
export function sharpnessOf(face: Float32Array, size: number): number {
  const luma = grey(face)
  let [sum, squares] = [0, 0]
  for (let y = 1; y < size - 1; y += 1) {
    for (let x = 1; x < size - 1; x += 1) {
      const at = y * size + x
      const value = around(luma, at, size) - 4 * (luma[at] ?? 0)
      sum += value
      squares += value * value
    }
  }
  const count = (size - 2) ** 2
  return squares / count - (sum / count) ** 2
}

function around(luma: Float32Array, at: number, size: number): number {
  return (luma[at - 1] ?? 0) + (luma[at + 1] ?? 0) + (luma[at - size] ?? 0) + (luma[at + size] ?? 0)
}

/** Pixels from one that is counted to the next. */
const STEP = 3

/** Mean luma, 0 to 255, of a part of an image. A part outside of it is as dark as can be. */
export function brightnessOf({ data, width, height }: Pixels, box: Box): number {
  const [left, top] = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1]))]
  const [right, bottom] = [Math.min(width, Math.ceil(box[2])), Math.min(height, Math.ceil(box[3]))]
  let [sum, count] = [0, 0]
  for (let y = top; y < bottom; y += STEP) {
    for (let x = left; x < right; x += STEP) {
      const at = (y * width + x) * 3
      sum += 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)
      count += 1
    }
  }
  return count === 0 ? 0 : sum / count
}
