import { CARD, type Box } from './layout.ts'
import type { Point, Quad } from './quad.ts'

/** Where a box of the layout is in the photograph, when the card's corners are at `card`. */
export function homographyQuad(card: Quad, [left, top, right, bottom]: Box): Quad {
  const at = (x: number, y: number) => placed(card, x / CARD.width, y / CARD.height)
  return [at(left, top), at(right, top), at(right, bottom), at(left, bottom)]
}

/** From the unit square to the quadrilateral (Heckbert, 1989, section 2.2.3). */
function placed([a, b, c, d]: Quad, u: number, v: number): Point {
  const [dx1, dx2, dx3] = [b[0] - c[0], d[0] - c[0], a[0] - b[0] + c[0] - d[0]]
  const [dy1, dy2, dy3] = [b[1] - c[1], d[1] - c[1], a[1] - b[1] + c[1] - d[1]]
  const det = dx1 * dy2 - dx2 * dy1
  const g = (dx3 * dy2 - dx2 * dy3) / det
  const h = (dx1 * dy3 - dx3 * dy1) / det
  const w = g * u + h * v + 1
  return [
    ((b[0] - a[0] + g * b[0]) * u + (d[0] - a[0] + h * d[0]) * v + a[0]) / w,
    ((b[1] - a[1] + g * b[1]) * u + (d[1] - a[1] + h * d[1]) * v + a[1]) / w,
  ]
}
