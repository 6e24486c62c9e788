import sharp from 'sharp'
import { fingersOn, type Finger } from './fingers.ts'
import type { Point, Quad } from './homography.ts'
import { lit, type Lamp } from './light.ts'
import { normal, seeded } from './random.ts'
import { laidOn, type Picture } from './warp.ts'

/** How a photograph is taken. Everything left out is as it is in a good one. */
export interface Shot {
  readonly seed?: number
  /** Of the photograph, in pixels. */
  readonly size?: readonly [width: number, height: number]
  /** Where the card's corners are, clockwise from its own top left, as shares of the photograph. */
  readonly corners?: Quad
  /** Every corner is displaced by up to so many pixels. */
  readonly jitter?: number
  /** Quarter turns of the card, clockwise: 2 is upside down. */
  readonly turns?: 0 | 1 | 2 | 3
  readonly background?: Background
  /** Factor; 1 as it is. */
  readonly brightness?: number
  /** From 1 (as it is) towards 0 (all grey). */
  readonly contrast?: number
  /** A reflection on the card. */
  readonly glare?: Lamp
  /** How much darker one side is, 0 to 1. */
  readonly shade?: number
  readonly fingers?: readonly Finger[]
  /** Standard deviation of the blur, pixels of the photograph. */
  readonly blur?: number
  /** Standard deviation of the noise, grey values. */
  readonly noise?: number
  /** Quality of the JPEG, 1 to 100. */
  readonly jpeg?: number
}

const BACKGROUNDS = {
  wood: [92, 64, 42],
  dark: [38, 40, 46],
  blue: [58, 82, 130],
  grey: [128, 128, 128],
  light: [208, 204, 198],
  white: [236, 236, 236],
} as const
export type Background = keyof typeof BACKGROUNDS

const SIZE = [1280, 960] as const

/** A photograph of a card lying on something, as JPEG. The same shot gives the same picture. */
export async function photograph(card: Uint8Array, shot: Shot = {}): Promise<Uint8Array> {
  const random = seeded(shot.seed ?? 1)
  const [width, height] = shot.size ?? SIZE
  const quad = quadOf(shot, width, height, random)
  const scene = ground(width, height, BACKGROUNDS[shot.background ?? 'wood'], random)
  await laidOn(scene, card, quad)
  fingersOn(scene, quad, shot.fingers ?? [])
  lit(scene, quad, shot)
  return developed(scene, shot, random)
}

/** Looking straight down at a card that fills 70 % of the width. */
const STRAIGHT: Quad = [
  [0.15, 0.206],
  [0.85, 0.206],
  [0.85, 0.794],
  [0.15, 0.794],
]

function quadOf(shot: Shot, width: number, height: number, random: () => number): Quad {
  const moved = () => (random() * 2 - 1) * (shot.jitter ?? 0)
  const points = (shot.corners ?? STRAIGHT).map(([x, y]): Point => [
    x * width + moved(),
    y * height + moved(),
  ])
  const turns = shot.turns ?? 0
  return [...points.slice(turns), ...points.slice(0, turns)] as unknown as Quad
}

/** A table with some grain. */
function ground(
  width: number,
  height: number,
  colour: readonly number[],
  random: () => number,
): Picture {
  const data = new Uint8ClampedArray(width * height * 3)
  const streaks = Array.from({ length: height }, () => normal(random) * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = (streaks[y] ?? 0) + (random() - 0.5) * 6
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = (colour[c] ?? 0) + grain
    }
  }
  return { data, width, height }
}

/** What lens, sensor and file do to it. */
async function developed(scene: Picture, shot: Shot, random: () => number): Promise<Uint8Array> {
  const { width, height } = scene
  let image = sharp(scene.data, { raw: { width, height, channels: 3 } })
  if (shot.blur) image = image.blur(Math.max(0.3, shot.blur))
  const factor = shot.contrast ?? 1
  const light = shot.brightness ?? 1
  image = image.linear(factor * light, 128 * (1 - factor) * light)
  const raw = await image.raw().toBuffer()
  if (shot.noise)
    for (let at = 0; at < raw.length; at++) raw[at] = noisy(raw[at] ?? 0, shot.noise, random)
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: shot.jpeg ?? 90 })
    .toBuffer()
}

const noisy = (value: number, sigma: number, random: () => number) =>
  Math.max(0, Math.min(255, value + normal(random) * sigma))
