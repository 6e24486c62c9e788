import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { readConfig } from '../../src/config.ts'

const DEMO = join(process.cwd(), 'node_modules/@vladmandic/face-api/demo')

/** Heads of grown-ups in the sample pictures of @vladmandic/face-api: number of the picture, and where. */
const HEADS = {
  ann: [1, 1358, 111, 426, 426],
  /** Ann in another picture. */
  annAgain: [3, 881, 39, 618, 618],
  bea: [1, 709, 318, 442, 442],
  cyd: [3, 408, 186, 563, 563],
  dan: [1, 273, 240, 471, 471],
  eve: [4, 824, 48, 508, 508],
} as const
export type Head = keyof typeof HEADS

/** Three people, whose faces are about 150 pixels wide. */
export const groupPicture = (): string => join(DEMO, 'sample1.jpg')

/** A JPEG of one head, 480 pixels wide. */
export async function head(name: Head): Promise<Buffer> {
  return cut(name).jpeg({ quality: 92 }).toBuffer()
}

/** To be changed before it is written. */
export function cut(name: Head): Sharp {
  const [picture, left, top, width, height] = HEADS[name]
  return sharp(join(DEMO, `sample${picture}.jpg`))
    .extract({ left, top, width, height })
    .resize(480, 480)
}

export const modelsDirectory = (): string => {
  const { PANJEREH_MODELS_DIR } = process.env
  return readConfig({ PANJEREH_MODELS_DIR }).modelsDirectory
}
