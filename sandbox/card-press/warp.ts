import sharp from 'sharp'
import { CARD } from './design.ts'
import { homographyOf, type Homography, type Quad } from './homography.ts'

/** RGB, 8 bits, row by row. */
export interface Picture {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** Lays the card on the scene, its corners at `quad` (pixels). Alters the scene. */
export async function laidOn(scene: Picture, card: Uint8Array, quad: Quad): Promise<void> {
  const print = await shrunk(card, quad)
  const whole: Quad = [
    [0, 0],
    [print.width, 0],
    [print.width, print.height],
    [0, print.height],
  ]
  const back = homographyOf(quad, whole)
  const corner = (CARD.corner / CARD.width) * print.width
  eachPixelIn(scene, quad, (x, y, at) => {
    const [u, v] = mapped(back, x + 0.5, y + 0.5)
    if (isOnCard(u, v, print, corner)) sample(print, u - 0.5, v - 0.5, scene.data, at)
  })
}

/** To about the size at which it will be seen: sampling between four pixels is enough then. */
async function shrunk(card: Uint8Array, quad: Quad): Promise<Picture> {
  const width = Math.max(64, Math.round(Math.min(CARD.width, longestSide(quad))))
  const { data, info } = await sharp(card)
    .removeAlpha()
    .resize(width, Math.round((width * CARD.height) / CARD.width), { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
}

function longestSide(quad: Quad): number {
  const [a, b, c, d] = quad
  return Math.max(Math.hypot(b[0] - a[0], b[1] - a[1]), Math.hypot(c[0] - d[0], c[1] - d[1]))
}

export function mapped(h: Homography, x: number, y: number): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, i = 0, j = 1] = h
  const w = g * x + i * y + j
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
}

export function eachPixelIn(
  { width, height }: Picture,
  quad: Quad,
  visit: (x: number, y: number, at: number) => void,
): void {
  const xs = quad.map(([x]) => x)
  const ys = quad.map(([, y]) => y)
  const right = Math.min(width - 1, Math.ceil(Math.max(...xs)))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys)))
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x <= right; x++) {
      visit(x, y, (y * width + x) * 3)
    }
  }
}

/** Inside of a rectangle with rounded corners. */
function isOnCard(u: number, v: number, { width, height }: Picture, corner: number): boolean {
  if (u < 0 || v < 0 || u > width || v > height) return false
  const dx = Math.max(corner - u, u - (width - corner), 0)
  const dy = Math.max(corner - v, v - (height - corner), 0)
  return dx * dx + dy * dy <= corner * corner
}

/** Between the four pixels around. */
function sample(from: Picture, u: number, v: number, into: Uint8ClampedArray, at: number): void {
  const x = Math.max(0, Math.min(from.width - 2, Math.floor(u)))
  const y = Math.max(0, Math.min(from.height - 2, Math.floor(v)))
  const [fx, fy] = [Math.max(0, Math.min(1, u - x)), Math.max(0, Math.min(1, v - y))]
  const top = (y * from.width + x) * 3
  const below = top + from.width * 3
  for (let c = 0; c < 3; c++) {
    const upper = (from.data[top + c] ?? 0) * (1 - fx) + (from.data[top + 3 + c] ?? 0) * fx
    const lower = (from.data[below + c] ?? 0) * (1 - fx) + (from.data[below + 3 + c] ?? 0) * fx
    into[at + c] = upper * (1 - fy) + lower * fy
  }
}
