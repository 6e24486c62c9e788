import { INK, STRIP, type Strip } from './ink.ts'

/** A stretch of a strip, in its columns: from `left` up to `right`. */
export interface Stretch {
  readonly left: number
  readonly right: number
}

/** Wider, with what is between, is no digit. */
const WIDEST = 1.3 * STRIP.digit
const WIDEST_GAP = 0.35 * STRIP.digit
/** What is wider may be two digits that touch. */
const CUT_FROM = 0.55 * STRIP.digit
const MOST = 80

/** What stands apart, and parts of what is wide, cut where it is thinnest. In order, without overlap. */
export function piecesOf(strip: Strip): readonly Stretch[] {
  const columns = Array.from({ length: strip.width }, (_, x) => column(strip, x))
  return runs(columns.map(({ darkest }) => darkest >= INK))
    .flatMap((run) =>
      cut(
        run,
        columns.map(({ sum }) => sum),
      ),
    )
    .slice(0, MOST)
}

function column({ data, width }: Strip, x: number): { darkest: number; sum: number } {
  let [darkest, sum] = [0, 0]
  for (let y = 2; y < STRIP.height - 2; y++) {
    const value = data[y * width + x] ?? 0
    ;[darkest, sum] = [Math.max(darkest, value), sum + value]
  }
  return { darkest, sum }
}

function runs(isInk: readonly boolean[]): readonly Stretch[] {
  const found: Stretch[] = []
  let left = -1
  for (let x = 0; x <= isInk.length; x++) {
    if (isInk[x] === true && left < 0) left = x
    if (isInk[x] !== true && left >= 0) {
      found.push({ left, right: x })
      left = -1
    }
  }
  return found
}

function cut({ left, right }: Stretch, sums: readonly number[]): readonly Stretch[] {
  if (right - left < CUT_FROM) return [{ left, right }]
  const at = (x: number) => sums[x] ?? 0
  const thin: number[] = []
  for (let x = left + 3; x <= right - 4; x++) {
    const isThin = at(x) <= Math.min(at(x - 1), at(x + 1), at(x - 2), at(x + 2))
    if (isThin && x - (thin.at(-1) ?? left) >= 3) thin.push(x)
  }
  const edges = [left, ...thin, right]
  return edges.slice(1).map((edge, before) => ({ left: edges[before] ?? left, right: edge }))
}

/** A stretch of one or more pieces in a row that may be one digit. */
export interface Candidate extends Stretch {
  /** The first piece, and the one after the last. */
  readonly from: number
  readonly to: number
}

export function candidatesOf(pieces: readonly Stretch[]): readonly Candidate[] {
  return pieces.flatMap((first, from) => {
    const found: Candidate[] = []
    for (let to = from + 1; to <= pieces.length; to++) {
      const last = pieces[to - 1] ?? first
      const gap = to - 1 === from ? 0 : last.left - (pieces[to - 2]?.right ?? 0)
      if (last.right - first.left > WIDEST || gap > WIDEST_GAP) break
      found.push({ left: first.left, right: last.right, from, to })
    }
    return found
  })
}

export const WINDOW = { width: 24, height: STRIP.height } as const

/** What the network looks at: the stretch alone, in the middle of a window. */
export function windowOf({ data, width }: Strip, { left, right }: Stretch): Float32Array {
  const window = new Float32Array(WINDOW.width * WINDOW.height)
  const shift = Math.round((left + right) / 2 - WINDOW.width / 2)
  for (let y = 0; y < WINDOW.height; y++) {
    for (let x = 0; x < WINDOW.width; x++) {
      const u = x + shift
      if (u >= left - 1 && u <= right && u >= 0 && u < width) {
        window[y * WINDOW.width + x] = data[y * width + u] ?? 0
      }
    }
  }
  return window
}
