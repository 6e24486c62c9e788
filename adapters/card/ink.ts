import { between, extreme, quantile, smoothed, type Grey } from './grey.ts'

/** Fainter than this, in grey values, nothing is ink. */
const FAINTEST = 14
/** Share of a field's height that no stroke is thicker than. */
const STROKE = 0.17
const NOISE = 0.14
export const INK = 0.4

/** How much darker than the paper around it each pixel is: 0 paper, 1 the darkest ink of this field. */
export function inkOf(field: Grey): Grey {
  const calm = smoothed(field)
  const radius = Math.max(2, Math.round(field.height * STROKE))
  const paper = extreme(extreme(calm, radius, 1), radius, -1)
  const ink = calm.data.map((value, at) => (paper.data[at] ?? 0) - value)
  const darkest = Math.max(FAINTEST, quantile(ink, 0.985))
  const data = Float32Array.from(ink, (value) =>
    Math.max(0, Math.min(1, (value / darkest - NOISE) / (1 - NOISE - 0.1))),
  )
  return { data, width: field.width, height: field.height }
}

interface Blot {
  readonly top: number
  readonly bottom: number
  readonly size: number
}

/** Connected ink. */
function blots(ink: Grey): readonly Blot[] {
  const { data, width, height } = ink
  const seen = new Uint8Array(width * height)
  const found: Blot[] = []
  for (let at = 0; at < data.length; at++) {
    if (seen[at] === 0 && (data[at] ?? 0) >= INK) found.push(flooded(ink, seen, at))
  }
  return found.filter(({ size }) => size >= 4)
}

function flooded({ data, width, height }: Grey, seen: Uint8Array, from: number): Blot {
  const open = [from]
  seen[from] = 1
  let [top, bottom, size] = [height, 0, 0]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)]
    ;[top, bottom, size] = [Math.min(top, y), Math.max(bottom, y + 1), size + 1]
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const next = v * width + u
        if (seen[next] === 1 || (data[next] ?? 0) < INK) continue
        seen[next] = 1
        open.push(next)
      }
    }
  }
  return { top, bottom, size }
}

/** Rows of a strip, and how high a digit is in it. */
export const STRIP = { height: 28, digit: 20 } as const

/** One line of digits, as high as `STRIP` says, the digits in its middle. */
export interface Strip extends Grey {
  /** Strip pixels to one pixel of the field. */
  readonly scale: number
}

/** The line of digits in a field, or undefined when there is none. */
export function stripOf(field: Grey): Strip | undefined {
  const ink = inkOf(field)
  const tall = tallBlots(blots(ink), field.height)
  if (tall.length === 0) return undefined
  const high = quantile(
    tall.map(({ top, bottom }) => bottom - top),
    0.5,
  )
  const middle = quantile(
    tall.map(({ top, bottom }) => (top + bottom) / 2),
    0.5,
  )
  const scale = STRIP.digit / high
  return { ...resampled(ink, middle, scale), scale }
}

/** As high as a digit may be: neither specks, nor the frame, nor a neighbouring line that is cut off. */
function tallBlots(all: readonly Blot[], height: number): readonly Blot[] {
  const whole = all.filter(({ top, bottom }) => top > 0 && bottom < height)
  const fits = whole.filter(({ top, bottom }) => {
    const share = (bottom - top) / height
    return share >= 0.18 && share <= 0.8
  })
  const highest = Math.max(...fits.map(({ top, bottom }) => bottom - top))
  return fits.filter(({ top, bottom }) => bottom - top >= 0.6 * highest)
}

function resampled(ink: Grey, middle: number, scale: number): Grey {
  const width = Math.ceil(ink.width * scale)
  const data = new Float32Array(width * STRIP.height)
  for (let y = 0; y < STRIP.height; y++) {
    const v = (y + 0.5 - STRIP.height / 2) / scale + middle - 0.5
    for (let x = 0; x < width; x++) {
      data[y * width + x] = between(ink, (x + 0.5) / scale - 0.5, v)
    }
  }
  return { data, width, height: STRIP.height }
}
