import sharp from 'sharp'
import type { Photo } from './door.ts'
import { CARD, LAYOUT } from './layout.ts'
import type { Cv } from './opencv.ts'
import { homographyQuad } from './place.ts'
import { warped } from './rectify.ts'
import type { Quad } from './quad.ts'

/** Width in pixels: as many as the photograph has of it, within reason. */
const WIDTHS = [160, 480] as const

/** The portrait, upright, as JPEG, straight from the photograph: it is sampled once only. */
export async function portraitOf(cv: Cv, photo: Photo, card: Quad): Promise<Uint8Array> {
  const [left, top, right, bottom] = LAYOUT.portrait
  const place = homographyQuad(card, LAYOUT.portrait)
  const across = Math.hypot(place[1][0] - place[0][0], place[1][1] - place[0][1])
  const width = Math.round(Math.max(WIDTHS[0], Math.min(WIDTHS[1], across)))
  const height = Math.round((width * (bottom - top)) / (right - left))
  const { data } = warped(cv, photo, place, { width, height })
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 94 })
    .toBuffer()
  data.fill(0)
  // A buffer of its own: the pool hands it over without copying.
  return Uint8Array.from(jpeg)
}

/** Pixels of the photograph as it came that the portrait is wide. */
export function portraitWidth(photo: Photo, cardWidth: number): number {
  const [left, , right] = LAYOUT.portrait
  return cardWidth * photo.shrunk * ((right - left) / CARD.width)
}
