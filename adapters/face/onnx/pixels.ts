/** A decoded image: RGB, 8 bits a sample, row by row without padding. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** left, top, right, bottom in pixels of the image. */
export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** From a point (u, v) of the crop to the point of the image: x = a·u − b·v + x0, y = b·u + a·v + y0. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly x: number
  readonly y: number
}

/** size × size × RGB (interleaved, 0 to 255), taken out of the image by bilinear sampling. Where the crop is much
 *  smaller than what it shows, several samples are averaged, so that nothing is stepped over: each sample covers
 *  two pixels by itself. Outside of the image its edge goes on. */
export function cropped(pixels: Pixels, { a, b, x, y }: Similarity, size: number): Float32Array {
  const out = new Float32Array(size * size * 3)
  const samples = Math.max(1, Math.ceil(Math.hypot(a, b) / 2 - 0.25))
  const share = 1 / (samples * samples)
  for (let row = 0; row < size * samples; row += 1) {
    const v = (row + 0.5) / samples - 0.5
    const outRow = Math.floor(row / samples) * size
    for (let column = 0; column < size * samples; column += 1) {
      const u = (column + 0.5) / samples - 0.5
      const at = (outRow + Math.floor(column / samples)) * 3
      addSample(pixels, a * u - b * v + x, b * u + a * v + y, share, out, at)
    }
  }
  return out
}

function addSample(
  { data, width, height }: Pixels,
  atX: number,
  atY: number,
  share: number,
  out: Float32Array,
  at: number,
): void {
  const x = Math.min(Math.max(atX, 0), width - 1)
  const y = Math.min(Math.max(atY, 0), height - 1)
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - left, y - top]
  const here = (top * width + left) * 3
  const right = left + 1 < width ? 3 : 0
  const below = top + 1 < height ? width * 3 : 0
  const [fourth, third] = [share * fx * fy, share * (1 - fx) * fy]
  const [second, first] = [share * fx - fourth, share * (1 - fx) - third]
  for (let channel = 0; channel < 3; channel += 1) {
    const one = here + channel
    out[at + channel] =
      (out[at + channel] ?? 0) +
      first * (data[one] ?? 0) +
      second * (data[one + right] ?? 0) +
      third * (data[one + below] ?? 0) +
      fourth * (data[one + below + right] ?? 0)
  }
}

/** The crop that shows an upright square of the image, pixel areas matched to pixel areas. */
export function squareCrop(left: number, top: number, side: number, size: number): Similarity {
  const scale = side / size
  return { a: scale, b: 0, x: left + scale / 2 - 0.5, y: top + scale / 2 - 0.5 }
}

/** ITU-R BT.601 luma of interleaved RGB. */
export function grey(rgb: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rgb.length / 3)
  for (let i = 0, at = 0; i < out.length; i += 1, at += 3) {
    out[i] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
  }
  return out
}

/** Channel after channel, as the models want it: (value − mean) / scale, in the order given (RGB: 0, 1, 2). */
export function planar(
  rgb: ArrayLike<number>,
  { mean, scale, order = [0, 1, 2] }: { mean: number; scale: number; order?: readonly number[] },
): Float32Array {
  const count = rgb.length / 3
  const out = new Float32Array(rgb.length)
  order.forEach((channel, plane) => {
    for (let i = 0, at = channel; i < count; i += 1, at += 3) {
      out[plane * count + i] = ((rgb[at] ?? 0) - mean) / scale
    }
  })
  return out
}
