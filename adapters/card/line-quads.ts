import type { Mat } from '@techstark/opencv-js'
import { scoped, type Cv } from './opencv.ts'
import { crossing, distance, quadOf, type Line, type Point, type Quad } from './quad.ts'

/** Shortest line, as a share of the picture's longer side. */
const SHORTEST = 0.12
const MOST = 12

interface Edge extends Line {
  readonly long: number
}

/** Every four straight lines that may frame a card: finds one whose outline a hand interrupts. */
export function lineQuads(cv: Cv, edges: Mat): readonly Quad[] {
  const lines = linesOf(cv, edges)
  const pairs = lines.flatMap((a, at) =>
    lines.slice(at + 1).flatMap((b) => (isOpposite(a, b, edges.rows) ? [[a, b] as const] : [])),
  )
  return pairs.flatMap(([a, c], at) =>
    pairs.slice(at + 1).flatMap(([b, d]) => {
      if (between(a, b) < 1) return []
      const corners = [crossing(a, b), crossing(b, c), crossing(c, d), crossing(d, a)]
      const quad = quadOf(corners.filter((corner) => corner !== undefined))
      return quad ? [quad] : []
    }),
  )
}

function linesOf(cv: Cv, edges: Mat): readonly Edge[] {
  return scoped((keep) => {
    const found = keep(new cv.Mat())
    const shortest = SHORTEST * Math.max(edges.cols, edges.rows)
    cv.HoughLinesP(edges, found, 1.5, Math.PI / 180, 60, shortest, 10)
    const { data32S } = found
    const all = Array.from({ length: data32S.length / 4 }, (_, at) =>
      edgeOf(Array.from(data32S.subarray(at * 4, at * 4 + 4))),
    )
    return distinct(all.toSorted((a, b) => b.long - a.long))
  })
}

function edgeOf([x = 0, y = 0, u = 0, v = 0]: readonly number[]): Edge {
  const long = Math.max(1e-6, Math.hypot(u - x, v - y))
  return { at: [(x + u) / 2, (y + v) / 2], along: [(u - x) / long, (v - y) / long], long }
}

/** Of lines that nearly are one, the longest. */
function distinct(sorted: readonly Edge[]): readonly Edge[] {
  const kept: Edge[] = []
  for (const edge of sorted) {
    if (kept.length === MOST) break
    const isNew = kept.every((other) => between(edge, other) > 0.06 || away(edge.at, other) > 6)
    if (isNew) kept.push(edge)
  }
  return kept
}

/** Radians from 0 to π/2. */
function between(a: Line, b: Line): number {
  const cosine = Math.abs(a.along[0] * b.along[0] + a.along[1] * b.along[1])
  return Math.acos(Math.min(1, cosine))
}

function away([x, y]: Point, { at, along }: Line): number {
  return Math.abs((x - at[0]) * along[1] - (y - at[1]) * along[0])
}

function isOpposite(a: Edge, b: Edge, rows: number): boolean {
  return between(a, b) < 0.4 && Math.min(away(a.at, b), distance(a.at, b.at)) > 0.12 * rows
}
