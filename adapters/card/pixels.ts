import type { Grey } from './grey.ts'
import type { Box } from './layout.ts'

/** RGB, 8 bits, row by row. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A box of the layout at the size at which this card was rectified. */
export function scaledBox(box: Box, scale: number): Box {
  return [
    Math.round(box[0] * scale),
    Math.round(box[1] * scale),
    Math.round(box[2] * scale),
    Math.round(box[3] * scale),
  ]
}

export function cropped({ data, width }: Pixels, [left, top, right, bottom]: Box): Pixels {
  const [w, h] = [right - left, bottom - top]
  const out = new Uint8Array(w * h * 3)
  for (let y = 0; y < h; y++) {
    const from = ((y + top) * width + left) * 3
    out.set(data.subarray(from, from + w * 3), y * w * 3)
  }
  return { data: out, width: w, height: h }
}

/** Upside down: the pixels in the opposite order. */
export function turned({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at += 3) {
    const to = data.length - 3 - at
    for (let c = 0; c < 3; c++) out[to + c] = data[at + c] ?? 0
  }
  return { data: out, width, height }
}

/** Rec. 601 luma. */
export function greyOf({ data, width, height }: Pixels): Grey {
  const out = new Uint8Array(width * height)
  for (let at = 0; at < out.length; at++) {
    const i = at * 3
    out[at] = 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0)
  }
  return { data: out, width, height }
}
