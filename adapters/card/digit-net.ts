import { WINDOW } from './pieces.ts'

/** Persian digits are classes 0 to 9, Latin ones 10 to 19. */
export const CLASSES = 22
export const SLASH = 20
export const NOTHING = 21

interface Shape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** One convolution with a step of 2. Pictures are row by row, the channels of a pixel together. */
interface Convolution {
  readonly from: Shape
  readonly to: Shape
  /** Of the kernel, e.g. 5 for 5 × 5. */
  readonly size: number
}

export const NET = {
  first: {
    from: { height: WINDOW.height, width: WINDOW.width, channels: 1 },
    to: { height: 14, width: 12, channels: 8 },
    size: 5,
  },
  second: {
    from: { height: 14, width: 12, channels: 8 },
    to: { height: 7, width: 6, channels: 16 },
    size: 3,
  },
  flat: 7 * 6 * 16,
  hidden: 64,
} as const satisfies {
  first: Convolution
  second: Convolution
  flat: number
  hidden: number
}

const kernel = ({ from, to, size }: Convolution) => size * size * from.channels * to.channels

/** How many numbers each part has, in the order in which they are kept. */
export const PARTS = {
  firstWeights: kernel(NET.first),
  firstBias: NET.first.to.channels,
  secondWeights: kernel(NET.second),
  secondBias: NET.second.to.channels,
  hiddenWeights: NET.flat * NET.hidden,
  hiddenBias: NET.hidden,
  outWeights: NET.hidden * CLASSES,
  outBias: CLASSES,
} as const
export type PartName = keyof typeof PARTS
export type Weights = Readonly<Record<PartName, Float32Array>>

const NUMBERS = Object.values(PARTS).reduce((sum, count) => sum + count, 0)

/** Views into one array; 32-bit floats, little-endian in the file. */
export function weightsOf(all: Float32Array): Weights {
  if (all.length !== NUMBERS) throw new Error(`the digit network has ${NUMBERS} weights`)
  let at = 0
  const views = Object.entries(PARTS).map(([name, count]) => {
    at += count
    return [name, all.subarray(at - count, at)]
  })
  return Object.fromEntries(views) as Weights
}

/** What each layer said: training needs all of it. */
export interface Thoughts {
  readonly first: Float32Array
  readonly second: Float32Array
  readonly hidden: Float32Array
  /** Logarithms of the probabilities of the classes. */
  readonly out: Float32Array
}

export function think(weights: Weights, window: Float32Array): Thoughts {
  const first = convolved(NET.first, window, weights.firstWeights, weights.firstBias)
  const second = convolved(NET.second, first, weights.secondWeights, weights.secondBias)
  const hidden = rectified(dense(second, weights.hiddenWeights, weights.hiddenBias))
  const out = logSoftmax(dense(hidden, weights.outWeights, weights.outBias))
  return { first, second, hidden, out }
}

function convolved(
  layer: Convolution,
  input: Float32Array,
  kernels: Float32Array,
  bias: Float32Array,
) {
  const { from, to, size } = layer
  const out = new Float32Array(to.height * to.width * to.channels)
  const pad = (size - 1) >> 1
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const cell = (y * to.width + x) * to.channels
      out.set(bias, cell)
      for (let ky = 0; ky < size; ky++) {
        const v = y * 2 + ky - pad
        if (v < 0 || v >= from.height) continue
        for (let kx = 0; kx < size; kx++) {
          const u = x * 2 + kx - pad
          if (u < 0 || u >= from.width) continue
          const pixel = (v * from.width + u) * from.channels
          const weight = (ky * size + kx) * from.channels * to.channels
          for (let c = 0; c < from.channels; c++) {
            const value = input[pixel + c] ?? 0
            if (value === 0) continue
            const row = weight + c * to.channels
            for (let o = 0; o < to.channels; o++)
              out[cell + o] = (out[cell + o] ?? 0) + value * (kernels[row + o] ?? 0)
          }
        }
      }
    }
  }
  return rectified(out)
}

function dense(input: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array {
  const out = Float32Array.from(bias)
  for (let i = 0; i < input.length; i++) {
    const value = input[i] ?? 0
    if (value === 0) continue
    const row = i * out.length
    for (let o = 0; o < out.length; o++) out[o] = (out[o] ?? 0) + value * (weights[row + o] ?? 0)
  }
  return out
}

function rectified(values: Float32Array): Float32Array {
  return values.map((value) => (value < 0 ? 0 : value))
}

function logSoftmax(values: Float32Array): Float32Array {
  const most = Math.max(...values)
  const sum = values.reduce((total, value) => total + Math.exp(value - most), 0)
  return values.map((value) => value - most - Math.log(sum))
}
