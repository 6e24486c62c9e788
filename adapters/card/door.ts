import sharp from 'sharp'
import type { EncodedImage } from '../../src/ports/encoded-image.ts'
import type { Pixels } from './pixels.ts'

const MAX_BYTES = 4 << 20
const MAX_PIXELS = 16_000_000
const SMALLEST_SIDE = 64

/** By their first bytes (JPEG: ISO/IEC 10918-1; PNG: ISO/IEC 15948; WebP: RFC 9649), named as libvips does. */
const FORMATS: readonly { readonly name: string; begins(bytes: Uint8Array): boolean }[] = [
  { name: 'jpeg', begins: (bytes) => isAt(bytes, 0, [0xff, 0xd8, 0xff]) },
  {
    name: 'png',
    begins: (bytes) => isAt(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  },
  {
    name: 'webp',
    begins: (bytes) =>
      isAt(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && isAt(bytes, 8, [0x57, 0x45, 0x42, 0x50]),
  },
]

function isAt(bytes: Uint8Array, offset: number, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[offset + i] === byte)
}

/** An animated PNG says so before its picture; libvips would show the first frame and keep quiet. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1 << 16))
  const chunk = text.indexOf('acTL', 0, 'latin1')
  return chunk >= 0 && chunk < text.indexOf('IDAT', 0, 'latin1')
}

export interface Photo extends Pixels {
  /** Pixels of the photograph as it came, for one of these. */
  readonly shrunk: number
}

/** Reads one still photograph of at most 4 MB and 16 megapixels, upright by its EXIF orientation, in sRGB, its
 *  longer side at most `side` pixels. Undefined: it is something else, damaged, animated or too large. */
export async function decoded(image: EncodedImage, side: number): Promise<Photo | undefined> {
  const format = FORMATS.find(({ begins }) => begins(image))
  if (format === undefined || image.byteLength > MAX_BYTES) return undefined
  if (format.name === 'png' && isAnimatedPng(image)) return undefined
  try {
    const limits = { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 } as const
    const opened = sharp(image, { ...limits, sequentialRead: true })
    const { format: found, pages = 1, width, height } = await opened.metadata()
    if (found !== format.name || pages > 1 || Math.min(width, height) < SMALLEST_SIDE)
      return undefined
    const { data, info } = await opened
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) return undefined
    const shrunk = Math.max(width, height) / Math.max(info.width, info.height)
    return { data, width: info.width, height: info.height, shrunk }
  } catch {
    // What libvips says of it may hold what is in it; that it cannot be read is all that is of use.
    return undefined
  }
}
