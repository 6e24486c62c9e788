import sharp from 'sharp'
import type { Increment } from '../pdf/increment.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { array, dict, name, type PdfRef } from '../pdf/values.ts'

/** A picture that may stand in a PDF/A: a plain JPEG without transparency. */
export interface Picture {
  readonly jpeg: Buffer
  /** Pixels. */
  readonly width: number
  readonly height: number
}

const LARGEST_BYTES = 4 * 1024 * 1024
const MOST_PIXELS = 25_000_000
/** More than a seal on paper needs. */
const SIDE = 800

const MAGIC = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from([0x89, 0x50, 0x4e, 0x47])]

/** Reads a PNG or a JPEG; what it says besides its pixels (place, camera) is left out. Throws `PdfRefused`. */
export async function readPicture(bytes: Uint8Array): Promise<Picture> {
  const isKnown = MAGIC.some((magic) => magic.equals(bytes.subarray(0, magic.length)))
  if (!isKnown || bytes.length > LARGEST_BYTES) throw new PdfRefused('picture_invalid')
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .rotate()
      .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true })
    return { jpeg: data, width: info.width, height: info.height }
  } catch (cause) {
    throw new PdfRefused('picture_invalid', '', { cause })
  }
}

/** Colours that mean the same everywhere, whichever output intent the document has: sRGB as CIE-based values
 *  (IEC 61966-2-1, gamma simplified). */
const RGB = array(
  name('CalRGB'),
  dict({
    WhitePoint: array(0.9505, 1, 1.089),
    Gamma: array(2.2, 2.2, 2.2),
    Matrix: array(0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
  }),
)

export function embedPicture(increment: Increment, { jpeg, width, height }: Picture): PdfRef {
  return increment.addStream(
    dict({
      Type: name('XObject'),
      Subtype: name('Image'),
      Width: width,
      Height: height,
      ColorSpace: RGB,
      BitsPerComponent: 8,
      Filter: name('DCTDecode'),
    }),
    jpeg,
  )
}
