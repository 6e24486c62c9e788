import { CARD } from './design.ts'
import { homographyOf, type Point, type Quad } from './homography.ts'
import { mapped, type Picture } from './warp.ts'

/** A finger over the card: a stroke with round ends, in the card's own pixels (may begin outside of it). */
export interface Finger {
  readonly from: Point
  readonly to: Point
  /** Half its width, card pixels. */
  readonly radius: number
}

const SKIN = [201, 150, 122] as const

/** Alters the scene. */
export function fingersOn(scene: Picture, quad: Quad, fingers: readonly Finger[]): void {
  if (fingers.length === 0) return
  const whole: Quad = [
    [0, 0],
    [CARD.width, 0],
    [CARD.width, CARD.height],
    [0, CARD.height],
  ]
  const back = homographyOf(quad, whole)
  for (let y = 0; y < scene.height; y++) {
    for (let x = 0; x < scene.width; x++) {
      const point = mapped(back, x, y)
      const depth = Math.max(...fingers.map((finger) => depthIn(finger, point)))
      if (depth > 0) paint(scene, (y * scene.width + x) * 3, depth)
    }
  }
}

/** 1 in the middle of the finger, 0 at its edge and outside. */
function depthIn({ from, to, radius }: Finger, [x, y]: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1)
  const share = Math.max(0, Math.min(1, along))
  const away = Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy)
  return Math.max(0, 1 - away / radius)
}

function paint({ data }: Picture, at: number, depth: number): void {
  const shade = 0.72 + 0.28 * Math.sqrt(depth)
  for (let c = 0; c < 3; c++) data[at + c] = (SKIN[c] ?? 0) * shade
}
