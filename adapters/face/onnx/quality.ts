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

/** Mean luma, 0 to 255, of a part of an image. A part outside of it is as dark as can be. */
export function brightnessOf({ data, width, height }: Pixels, box: Box): number {
  const [left, top] = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1]))]
  const [right, bottom] = [Math.min(width, Math.ceil(box[2])), Math.min(height, Math.ceil(box[3]))]
  if (right <= left || bottom <= top) return 0
  let sum = 0
  for (let y = top; y < bottom; y += 1) {
    const row = grey(data.subarray((y * width + left) * 3, (y * width + right) * 3))
    sum += row.reduce((total, value) => total + value, 0)
  }
  return sum / ((right - left) * (bottom - top))
}
