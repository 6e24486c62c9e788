export type Point = readonly [x: number, y: number]
/** Clockwise as seen, beginning at the card's own top left. */
export type Quad = readonly [Point, Point, Point, Point]

export const quadOf = (points: readonly Point[]): Quad | undefined =>
  points.length === 4 ? (points as unknown as Quad) : undefined

export const distance = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1])

/** Top, right, bottom, left. */
export function sidesOf([a, b, c, d]: Quad): readonly [number, number, number, number] {
  return [distance(a, b), distance(b, c), distance(c, d), distance(d, a)]
}

/** Shoelace formula; positive when clockwise as seen. */
export function areaOf(points: readonly Point[]): number {
  return points.reduce((sum, [x, y], at) => {
    const [u, v] = points[(at + 1) % points.length] ?? [x, y]
    return sum + (x * v - u * y) / 2
  }, 0)
}

export function scaledQuad(quad: Quad, x: number, y = x): Quad {
  const [a, b, c, d] = quad.map(([u, v]): Point => [u * x, v * y]) as unknown as Quad
  return [a, b, c, d]
}

/** Clockwise, a long side first, and of the two ways that remain the one that is less upside down. */
export function ordered(points: Quad): Quad {
  const [a, b, c, d] = areaOf(points) > 0 ? points : (points.toReversed() as unknown as Quad)
  const [top, right, bottom, left] = sidesOf([a, b, c, d])
  const lying: Quad = top + bottom >= right + left ? [a, b, c, d] : [b, c, d, a]
  const [first, second] = lying
  const isUpright = second[0] - first[0] > Math.abs(second[1] - first[1]) * 0.2
  const isStanding = Math.abs(second[0] - first[0]) <= Math.abs(second[1] - first[1]) * 0.2
  return isUpright || (isStanding && second[1] < first[1]) ? lying : opposite(lying)
}

/** The same card, read upside down. */
export const opposite = ([a, b, c, d]: Quad): Quad => [c, d, a, b]

/** Long side to short side: 1.586 of a card that is looked at straight. */
export function ratioOf(quad: Quad): number {
  const [top, right, bottom, left] = sidesOf(quad)
  return (top + bottom) / Math.max(1, right + left)
}

/** 0 when looked at straight; how much shorter the farther of two opposite sides is, or the flattened ratio. */
export function tiltOf(quad: Quad): number {
  const flattened = ratio(ratioOf(quad), 85.6 / 53.98)
  return 1 - Math.min(fartherOf(quad), flattened)
}

/** How long the farther of two opposite sides looks beside the nearer one: 1 when neither is farther. */
export function fartherOf(quad: Quad): number {
  const [top, right, bottom, left] = sidesOf(quad)
  return Math.min(ratio(top, bottom), ratio(left, right))
}

const ratio = (a: number, b: number) => Math.min(a, b) / Math.max(a, b, 1e-6)

/** A line as a point and a direction of length 1. */
export interface Line {
  readonly at: Point
  readonly along: Point
}

/** Through points, by total least squares. */
export function fittedLine(points: readonly Point[]): Line {
  const n = points.length
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  let [xx, xy, yy] = [0, 0, 0]
  for (const [x, y] of points) {
    ;[xx, xy, yy] = [xx + (x - mx) ** 2, xy + (x - mx) * (y - my), yy + (y - my) ** 2]
  }
  const angle = n < 2 ? 0 : 0.5 * Math.atan2(2 * xy, xx - yy)
  return { at: [mx, my], along: [Math.cos(angle), Math.sin(angle)] }
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Undefined when they are (nearly) parallel. */
export function crossing(a: Line, b: Line): Point | undefined {
  const cross = a.along[0] * b.along[1] - a.along[1] * b.along[0]
  if (Math.abs(cross) < 0.05) return undefined
  const [dx, dy] = [b.at[0] - a.at[0], b.at[1] - a.at[1]]
  const t = (dx * b.along[1] - dy * b.along[0]) / cross
  return [a.at[0] + t * a.along[0], a.at[1] + t * a.along[1]]
}
