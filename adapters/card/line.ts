import { think, type Weights } from './digit-net.ts'
import type { Grey } from './grey.ts'
import { stripOf, type Strip } from './ink.ts'
import { candidatesOf, piecesOf, windowOf, type Candidate, type Stretch } from './pieces.ts'

/** A candidate, and the logarithms of the probabilities of what it is. */
interface Judged extends Candidate {
  readonly odds: Float32Array
}

/** A line of digits, with everything that any part of it may be. */
export interface Line {
  readonly pieces: readonly Stretch[]
  readonly judged: readonly Judged[]
  /** What it costs to leave a piece out: little for a speck. */
  readonly skips: readonly number[]
}

export function lineOf(field: Grey, weights: Weights): Line | undefined {
  const strip = stripOf(field)
  if (strip === undefined) return undefined
  const pieces = piecesOf(strip)
  const judged = candidatesOf(pieces).map((candidate) => ({
    ...candidate,
    odds: think(weights, windowOf(strip, candidate)).out,
  }))
  return { pieces, judged, skips: skipsOf(strip, pieces) }
}

function skipsOf(strip: Strip, pieces: readonly Stretch[]): readonly number[] {
  const masses = pieces.map(({ left, right }) => massOf(strip, left, right))
  const usual = Math.max(1, masses.toSorted((a, b) => a - b)[Math.floor(masses.length / 2)] ?? 1)
  return masses.map((mass) => -(0.4 + 10 * Math.min(2, mass / usual)))
}

function massOf({ data, width, height }: Strip, left: number, right: number): number {
  let sum = 0
  for (let y = 0; y < height; y++) {
    for (let x = left; x < right; x++) sum += data[y * width + x] ?? 0
  }
  return sum
}

export interface Reading {
  /** The class of each symbol. */
  readonly symbols: readonly number[]
  /** For each symbol, the logarithm of its probability. */
  readonly odds: readonly number[]
  /** How much more likely, by the same look, the likeliest digit of all is. */
  readonly lost: readonly number[]
  /** Sum of all that was read and left out. */
  readonly total: number
}

interface Step {
  readonly total: number
  readonly before?: Step
  readonly symbol?: number
  readonly by?: Judged
}

/** The likeliest way to read the line as symbols of which the n-th is one of `allowed[n]` (Viterbi). */
export function readAs(line: Line, allowed: readonly (readonly number[])[]): Reading | undefined {
  const { pieces, judged, skips } = line
  const table: (Step | undefined)[][] = Array.from({ length: pieces.length + 1 }, () => [])
  const put = (place: number, count: number, step: Step) => {
    const row = table[place] ?? []
    if (step.total > (row[count]?.total ?? -Infinity)) row[count] = step
  }
  put(0, 0, { total: 0 })
  for (let at = 0; at < pieces.length; at++) {
    const nexts = judged.filter(({ from }) => from === at)
    table[at]?.forEach((before, count) => {
      if (before === undefined) return
      put(at + 1, count, { ...before, total: before.total + (skips[at] ?? 0) })
      for (const by of nexts) {
        const [symbol, odds] = likeliest(by.odds, allowed[count] ?? [])
        if (symbol !== undefined) {
          put(by.to, count + 1, { total: before.total + odds, before, symbol, by })
        }
      }
    })
  }
  const end = table[pieces.length]?.[allowed.length]
  return end && readingOf(end)
}

function likeliest(odds: Float32Array, symbols: readonly number[]): [number | undefined, number] {
  let best: number | undefined
  for (const symbol of symbols) {
    if (best === undefined || (odds[symbol] ?? 0) > (odds[best] ?? 0)) best = symbol
  }
  return [best, best === undefined ? -Infinity : (odds[best] ?? -Infinity)]
}

const DIGITS = 20

function readingOf(end: Step): Reading {
  const steps: { symbol: number; odds: Float32Array }[] = []
  for (let step: Step | undefined = end; step?.by; step = step.before) {
    steps.unshift({ symbol: step.symbol ?? 0, odds: step.by.odds })
  }
  const odds = steps.map((step) => step.odds[step.symbol] ?? 0)
  return {
    symbols: steps.map(({ symbol }) => symbol),
    odds,
    lost: steps.map((step, at) => Math.max(...step.odds.subarray(0, DIGITS)) - (odds[at] ?? 0)),
    total: end.total,
  }
}
