import type { Mat } from '@techstark/opencv-js'
import { scoped, type Cv } from './opencv.ts'
import { areaOf, crossing, distance, fittedLine, quadOf, type Point, type Quad } from './quad.ts'

const SMALLEST = 0.04
const MOST = 6

/** The hulls of the largest outlines, each as the four lines that run along it: rounded corners are filled. */
export function hullQuads(cv: Cv, edges: Mat): readonly Quad[] {
  return scoped((keep) => {
    const contours = keep(new cv.MatVector())
    cv.findContours(edges, contours, keep(new cv.Mat()), cv.RETR_LIST, cv.CHAIN_APPROX_SIMPLE)
    const hulls: { hull: readonly Point[]; area: number }[] = []
    for (let at = 0; at < contours.size(); at++) {
      const hull = hullOf(cv, contours.get(at))
      const area = Math.abs(areaOf(hull))
      if (area >= SMALLEST * edges.cols * edges.rows) hulls.push({ hull, area })
    }
    const largest = hulls.toSorted((a, b) => b.area - a.area).slice(0, MOST)
    return largest.flatMap(({ hull }) => quadAround(hull))
  })
}

/** Frees the contour. */
function hullOf(cv: Cv, contour: Mat): readonly Point[] {
  return scoped((keep) => {
    const hull = keep(new cv.Mat())
    cv.convexHull(keep(contour), hull)
    const { data32S } = hull
    return Array.from({ length: data32S.length / 2 }, (_, at): Point => [
      data32S[2 * at] ?? 0,
      data32S[2 * at + 1] ?? 0,
    ])
  })
}

/** The four longest straight stretches of the hull, in its order, and where they meet. */
function quadAround(hull: readonly Point[]): readonly Quad[] {
  const sides = straightest(hull)
  if (sides.length !== 4) return []
  const lines = sides.map((points) => fittedLine(points))
  const corners = lines.flatMap((line, at) => {
    const next = lines[(at + 1) % 4]
    const corner = next && crossing(line, next)
    return corner ? [corner] : []
  })
  const quad = quadOf(corners)
  return quad ? [quad] : []
}

/** Edges of the hull whose directions differ by less than this make one side. Radians. */
const BEND = 0.16

function straightest(hull: readonly Point[]): readonly (readonly Point[])[] {
  const edges = hull.map((from, at) => {
    const to = hull[(at + 1) % hull.length] ?? from
    return {
      from,
      to,
      long: distance(from, to),
      angle: Math.atan2(to[1] - from[1], to[0] - from[0]),
    }
  })
  const groups = edges.map((edge) => {
    const near = edges.filter((other) => turn(edge.angle, other.angle) < BEND)
    return { edge, near, long: near.reduce((sum, { long }) => sum + long, 0) }
  })
  const chosen: typeof groups = []
  for (const group of groups.toSorted((a, b) => b.long - a.long)) {
    if (chosen.length === 4) break
    if (chosen.every(({ edge }) => turn(edge.angle, group.edge.angle) > 3 * BEND))
      chosen.push(group)
  }
  return chosen
    .toSorted((a, b) => a.edge.angle - b.edge.angle)
    .map(({ near }) => near.flatMap(({ from, to, long }) => sprinkled(from, to, long)))
}

/** Long edges count for more. */
function sprinkled(from: Point, to: Point, long: number): readonly Point[] {
  const steps = Math.max(1, Math.round(long / 4))
  return Array.from({ length: steps + 1 }, (_, at): Point => [
    from[0] + ((to[0] - from[0]) * at) / steps,
    from[1] + ((to[1] - from[1]) * at) / steps,
  ])
}

function turn(a: number, b: number): number {
  const difference = Math.abs(a - b) % (2 * Math.PI)
  return Math.min(difference, 2 * Math.PI - difference)
}
