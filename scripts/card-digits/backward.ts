import {
  CLASSES,
  NET,
  PARTS,
  think,
  weightsOf,
  type PartName,
  type Weights,
} from '../../adapters/card/digit-net.ts'

type Convolution = (typeof NET)['first'] | (typeof NET)['second']

export const COUNT = Object.values(PARTS).reduce((sum, count) => sum + count, 0)

/** How many inputs each part's neurons have, for He's initialisation; biases begin at zero. */
const FAN_IN: Readonly<Partial<Record<PartName, number>>> = {
  firstWeights: 25,
  secondWeights: 9 * 8,
  hiddenWeights: NET.flat,
  outWeights: NET.hidden,
}

export function initial(normal: () => number): Float32Array {
  const all = new Float32Array(COUNT)
  const parts = weightsOf(all)
  for (const [name, fan] of Object.entries(FAN_IN) as [PartName, number][]) {
    const part = parts[name]
    for (let at = 0; at < part.length; at++) part[at] = normal() * Math.sqrt(2 / fan)
  }
  return all
}

/** Adds what one sample says to `slope` (back-propagation of the cross entropy). Returns the loss. */
export function learn(
  weights: Weights,
  slope: Weights,
  { window, label }: { window: Float32Array; label: number },
  smoothing = 0.02,
): number {
  const { first, second, hidden, out } = think(weights, window)
  const goal = (o: number) => (o === label ? 1 - smoothing : 0) + smoothing / CLASSES
  const outSlope = out.map((odds, o) => Math.exp(odds) - goal(o))
  const hiddenSlope = dense(hidden, outSlope, weights.outWeights, slope.outWeights, slope.outBias)
  const secondSlope = dense(
    second,
    hiddenSlope,
    weights.hiddenWeights,
    slope.hiddenWeights,
    slope.hiddenBias,
  )
  const { secondWeights } = weights
  const firstSlope = convolution(
    NET.second,
    first,
    secondSlope,
    secondWeights,
    slope.secondWeights,
    slope.secondBias,
  )
  convolution(NET.first, window, firstSlope, undefined, slope.firstWeights, slope.firstBias)
  return -(out[label] ?? 0)
}

/** Returns the slope of the inputs; they come out of a rectifier, so where they are 0 it is 0. */
function dense(
  input: Float32Array,
  outSlope: Float32Array,
  weights: Float32Array,
  slope: Float32Array,
  biasSlope: Float32Array,
): Float32Array {
  const wide = outSlope.length
  const inSlope = new Float32Array(input.length)
  for (let o = 0; o < wide; o++) biasSlope[o] = (biasSlope[o] ?? 0) + (outSlope[o] ?? 0)
  for (let i = 0; i < input.length; i++) {
    const value = input[i] ?? 0
    if (value === 0) continue
    let sum = 0
    for (let o = 0, at = i * wide; o < wide; o++, at++) {
      const out = outSlope[o] ?? 0
      slope[at] = (slope[at] ?? 0) + value * out
      sum += out * (weights[at] ?? 0)
    }
    inSlope[i] = sum
  }
  return inSlope
}

function convolution(
  { from, to, size }: Convolution,
  input: Float32Array,
  outSlope: Float32Array,
  weights: Float32Array | undefined,
  slope: Float32Array,
  biasSlope: Float32Array,
): Float32Array {
  const inSlope = new Float32Array(input.length)
  const pad = (size - 1) >> 1
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const cell = (y * to.width + x) * to.channels
      for (let o = 0; o < to.channels; o++)
        biasSlope[o] = (biasSlope[o] ?? 0) + (outSlope[cell + o] ?? 0)
      for (let ky = 0; ky < size; ky++) {
        const v = y * 2 + ky - pad
        if (v < 0 || v >= from.height) continue
        for (let kx = 0; kx < size; kx++) {
          const u = x * 2 + kx - pad
          if (u < 0 || u >= from.width) continue
          const pixel = (v * from.width + u) * from.channels
          for (let c = 0; c < from.channels; c++) {
            const value = input[pixel + c] ?? 0
            if (value === 0) continue
            const row = ((ky * size + kx) * from.channels + c) * to.channels
            let sum = 0
            for (let o = 0; o < to.channels; o++) {
              const out = outSlope[cell + o] ?? 0
              slope[row + o] = (slope[row + o] ?? 0) + value * out
              if (weights) sum += out * (weights[row + o] ?? 0)
            }
            inSlope[pixel + c] = (inSlope[pixel + c] ?? 0) + sum
          }
        }
      }
    }
  }
  return inSlope
}

/** Adam (Kingma and Ba, 2015). */
export function adam(all: Float32Array) {
  const [mean, square] = [new Float32Array(COUNT), new Float32Array(COUNT)]
  let time = 0
  return (slope: Float32Array, rate: number) => {
    time += 1
    const fix = Math.sqrt(1 - 0.999 ** time) / (1 - 0.9 ** time)
    for (let at = 0; at < COUNT; at++) {
      const g = slope[at] ?? 0
      const m = 0.9 * (mean[at] ?? 0) + 0.1 * g
      const s = 0.999 * (square[at] ?? 0) + 0.001 * g * g
      ;[mean[at], square[at]] = [m, s]
      all[at] = (all[at] ?? 0) - (rate * fix * m) / (Math.sqrt(s) + 1e-8)
    }
  }
}
