import { CARD } from './design.ts'
import { homographyOf, type Point, type Quad } from './homography.ts'
import { mapped, type Picture } from './warp.ts'

/** A lamp that mirrors itself in the card. */
export interface Lamp {
  /** In the card's own pixels. */
  readonly at: Point
  /** Card pixels. */
  readonly radius: number
  /** Grey values that are added in the middle. Default 260: nothing is left of what was there. */
  readonly strength?: number
}

interface Lights {
  readonly glare?: Lamp
  readonly shade?: number
}

/** Alters the scene. */
export function lit(scene: Picture, quad: Quad, { glare, shade = 0 }: Lights): void {
  if (!glare && shade === 0) return
  const whole: Quad = [
    [0, 0],
    [CARD.width, 0],
    [CARD.width, CARD.height],
    [0, CARD.height],
  ]
  const back = homographyOf(quad, whole)
  const { data, width, height } = scene
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const added = glare ? reflected(glare, mapped(back, x, y)) : 0
      const factor = 1 - shade * (x / width)
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++) data[at + c] = (data[at + c] ?? 0) * factor + added
    }
  }
}

function reflected({ at, radius, strength = 260 }: Lamp, [x, y]: Point): number {
  const away = Math.hypot(x - at[0], y - at[1]) / radius
  return away > 2.5 ? 0 : strength * Math.exp(-(away ** 4))
}
