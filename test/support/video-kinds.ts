import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { jpegsOf } from '../../src/cli/mjpeg.ts'
import { SHARED_DATA } from './shared-data.ts'
import {
  decoded,
  dimmed,
  encoded,
  grained,
  HEIGHT,
  turnedPlane,
  turnedRelief,
  warped,
  WIDTH,
  type Picture,
} from './video-frames.ts'

const ROOT = join(import.meta.dirname, '../..')
const SAMPLES = join(ROOT, 'node_modules/@vladmandic/face-api/demo')
const SHARED_VIDEO = join(SHARED_DATA, 'faces/video/live_headturn.mjpeg')

/** Pictures of the shared video: from the front to the side and back. */
const LEFT_TURN = [27, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]
const RIGHT_TURN = [27, 28, 29, 30, 31, 32, 33, 32, 31, 30, 29, 28]

/** What each video shows. Those of `SHARED` are cut from the shared video of a person who turns her head. */
const KINDS = {
  /** A person who turns her head both ways and holds it there for a second; no two pictures are the same. */
  live_turn: async () => {
    const frames = await sharedFrames()
    const order = Array.from({ length: 4 }, () => [...LEFT_TURN, ...RIGHT_TURN]).flat()
    return order.flatMap((one, i) => {
      const frame = frames[one]
      return frame ? [grained(frame, 1.5, i + 1)] : []
    })
  },
  /** One picture, again and again. */
  still: async () => {
    const picture = await portrait()
    return Array.from({ length: 12 }, () => picture)
  },
  /** A photo held before the camera and turned both ways, with the camera's noise. */
  planar_photo: () => swung((face, angle) => warped(face, turnedPlane(angle))),
  /** A program turns a face that it has one photo of, as a virtual camera would show it. */
  turned_relief: async () => {
    const [, front] = await sharedFrames()
    return swung((face, angle) => warped(face, turnedRelief(HEAD, angle)), front)
  },
  /** The same with one print before the camera: the whole picture is one plane. */
  planar_turn: async () => {
    const [, front] = await sharedFrames()
    return swung((face, angle) => warped(face, turnedPlane(angle)), front)
  },
  two_people: async () => noisy(await twoPeople()),
  no_face: async () => noisy(wall()),
  dark: async () => noisy(dimmed(await portrait(), 0.04)),
  /** A person who begins to turn her head, and then the stream stands still. */
  frozen_midway: async () => {
    const frames = await sharedFrames()
    const last = frames[4]
    return [...frames.slice(0, 4), ...Array.from({ length: 100 }, () => last)].flatMap((one) =>
      one ? [one] : [],
    )
  },
  /** A person, and from the middle on another one. */
  swapped_person: async () => {
    const other = await noisy(await portrait(), 100)
    return [...(await sharedFrames()).slice(0, 8), ...other]
  },
} as const satisfies Readonly<Record<string, () => Promise<readonly Picture[]>>>

export type VideoKind = keyof typeof KINDS
export const VIDEO_KINDS = Object.keys(KINDS) as readonly VideoKind[]
const SHARED: readonly VideoKind[] = [
  'live_turn',
  'turned_relief',
  'planar_turn',
  'frozen_midway',
  'swapped_person',
]

/** Can it be rendered on this machine? Some need the shared videos. */
export const canRender = (kind: VideoKind): boolean =>
  !SHARED.includes(kind) || existsSync(SHARED_VIDEO)

/** The video as single JPEG images, each `times` times. */
export async function videoFrames(kind: VideoKind, times = 1): Promise<readonly Buffer[]> {
  const pictures: readonly Picture[] = await KINDS[kind]()
  const images = new Map<Picture, Promise<Buffer>>()
  for (const picture of pictures) {
    if (!images.has(picture)) images.set(picture, encoded(picture))
  }
  const frames = await Promise.all(
    pictures.map((picture) => images.get(picture) ?? encoded(picture)),
  )
  return frames.flatMap((frame) => Array.from({ length: times }, () => frame))
}

async function sharedFrames(): Promise<readonly Picture[]> {
  return Promise.all(jpegsOf(await readFile(SHARED_VIDEO)).map(decoded))
}

interface Cut {
  readonly file: string
  readonly left: number
  readonly top: number
  readonly size: number
}
const FIRST: Cut = { file: 'sample6.jpg', left: 566, top: 250, size: 410 }
const SECOND: Cut = { file: 'sample6.jpg', left: 1345, top: 205, size: 400 }
/** Where the head is in the shared video's second picture. */
const HEAD = { cx: 307, cy: 132, rx: 50, ry: 80 } as const

async function cut({ file, left, top, size }: Cut, side: number): Promise<Buffer> {
  return sharp(join(SAMPLES, file))
    .extract({ left, top, width: size, height: size })
    .resize(side, side)
    .png()
    .toBuffer()
}

let drawn: Promise<Picture> | undefined
/** One person before a wall, 640×360. */
function portrait(): Promise<Picture> {
  drawn ??= onWall([{ cut: FIRST, side: 320, left: 160, top: 20 }])
  return drawn
}

const twoPeople = () =>
  onWall([
    { cut: FIRST, side: 280, left: 20, top: 40 },
    { cut: SECOND, side: 280, left: 330, top: 40 },
  ])

interface Placed {
  readonly cut: Cut
  readonly side: number
  readonly left: number
  readonly top: number
}

async function onWall(people: readonly Placed[]): Promise<Picture> {
  const { pixels } = wall()
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const
  const overlays = await Promise.all(
    people.map(async (one) => ({
      input: await cut(one.cut, one.side),
      left: one.left,
      top: one.top,
    })),
  )
  return decoded(await sharp(pixels, { raw }).composite(overlays).png().toBuffer())
}

function wall(): Picture {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let i = 0; i < pixels.length; i += 1) {
    const x = Math.floor(i / 3) % WIDTH
    pixels[i] = 150 + Math.round((40 * x) / WIDTH) + (i % 3) * 8
  }
  return { width: WIDTH, height: HEIGHT, pixels }
}

/** The same picture with other noise in every frame. */
async function noisy(picture: Picture, count = 24): Promise<readonly Picture[]> {
  return Array.from({ length: count }, (_, i) => grained(picture, 2, i + 1))
}

/** From the front to one side, to the other, and back, 48 frames, as far as a head is turned. */
async function swung(
  drawn: (face: Picture, angle: number) => Picture,
  face?: Picture,
): Promise<readonly Picture[]> {
  const source = face ?? (await portrait())
  const angles = Array.from({ length: 48 }, (_, i) => 0.78 * Math.sin((i / 48) * 2 * Math.PI))
  return angles.map((angle, i) => grained(drawn(source, angle), 2, i + 1))
}
