import sharp from 'sharp'

/** RGB, 8 bits, row by row. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

export const WIDTH = 640
export const HEIGHT = 360

export async function decoded(image: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(image)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) }
}

export async function encoded({ width, height, pixels }: Picture, quality = 85): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}

/** For each point of the new picture the point of the old one; undefined: it shows the ground. */
export type Mapping = (x: number, y: number) => readonly [x: number, y: number] | undefined

const GROUND = [120, 110, 90] as const

/** The picture as the mapping draws it, by bilinear sampling; of the same size. */
export function warped(source: Picture, mapping: Mapping): Picture {
  const { width, height } = source
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = mapping(x, y)
      for (let channel = 0; channel < 3; channel += 1) {
        pixels[(y * width + x) * 3 + channel] =
          (from && sampled(source, from, channel)) ?? GROUND[channel] ?? 0
      }
    }
  }
  return { width, height, pixels }
}

function sampled({ width, height, pixels }: Picture, [x, y]: readonly [number, number], c: number) {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return undefined
  const at = (column: number, row: number) => pixels[(row * width + column) * 3 + c] ?? 0
  const [dx, dy] = [x - left, y - top]
  const upper = at(left, top) * (1 - dx) + at(left + 1, top) * dx
  const lower = at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx
  return upper * (1 - dy) + lower * dy
}

/** A flat photo turned about its vertical axis, seen from two of its widths away. `angle` in radians. */
export function turnedPlane(angle: number): Mapping {
  const [cx, cy, distance] = [WIDTH / 2, HEIGHT / 2, WIDTH * 2]
  return (x, y) => {
    // The ray of this pixel meets the turned plane: X·(sin·x + cos·d) = d·x, and depth is X·sin.
    const along = (distance * (x - cx)) / (Math.sin(angle) * (x - cx) + Math.cos(angle) * distance)
    const depth = 1 - (along * Math.sin(angle)) / distance
    return [cx + along, cy + (y - cy) * depth]
  }
}

export interface Relief {
  readonly cx: number
  readonly cy: number
  /** Half of the head's width and height, pixels. */
  readonly rx: number
  readonly ry: number
}

/** A face drawn over half of an egg and turned: what a simple program makes out of one photo. */
export function turnedRelief({ cx, cy, rx, ry }: Relief, angle: number): Mapping {
  const depthAt = (u: number, v: number) => {
    const inside = 1 - (u / rx) ** 2 - (v / ry) ** 2
    if (inside <= 0) return 0
    const nose =
      0.35 * rx * Math.exp(-((u / (0.22 * rx)) ** 2) - ((v - 0.12 * ry) / (0.3 * ry)) ** 2)
    return rx * 0.9 * Math.sqrt(inside) + nose
  }
  return (x, y) => {
    const v = y - cy
    const wanted = x - cx
    let u = wanted
    // The depth is where the point comes from, which is what is looked for: some rounds settle it.
    for (let round = 0; round < 12; round += 1) {
      const next = (wanted - depthAt(u, v) * Math.sin(angle)) / (1 - 0.25 * (1 - Math.cos(angle)))
      u = 0.5 * u + 0.5 * next
    }
    return [cx + u, y]
  }
}

/** The noise of a camera: grain of about `sigma` grey levels, other in each frame, the same in each run. */
export function grained({ width, height, pixels }: Picture, sigma: number, seed: number): Picture {
  const next = mulberry(seed)
  const noisy = pixels.map((value) =>
    Math.max(0, Math.min(255, Math.round(value + sigma * (next() + next() + next() - 1.5) * 2))),
  )
  return { width, height, pixels: noisy }
}

export function dimmed({ width, height, pixels }: Picture, factor: number): Picture {
  return { width, height, pixels: pixels.map((value) => Math.round(value * factor)) }
}

/** Numbers from 0 to 1 that look random and come again with the same seed. */
export function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
