import sharp from 'sharp'
import type { EncodedImage } from '../../../src/ports/encoded-image.ts'
import { MAX_BYTES, MAX_PIXELS } from './limits.ts'
import type { Pixels } from './pixels.ts'

/** Longer sides are scaled down at once: a face that fills a tenth of it is still large enough. */
const WORKING_SIDE = 1280
const SMALLEST_SIDE = 16

/** By their first bytes (JPEG: ISO/IEC 10918-1; PNG: ISO/IEC 15948; WebP: RFC 9649), and as libvips names them. */
const FORMATS: readonly {
  readonly name: 'jpeg' | 'png' | 'webp'
  begins(bytes: Uint8Array): boolean
}[] = [
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

/** Reads one still image of at most 4 MB and 16 megapixels. Upright by its EXIF orientation, in sRGB, without
 *  transparency and without any metadata. Undefined: it is something else, damaged, animated or too large. */
export async function decoded(image: EncodedImage): Promise<Pixels | undefined> {
  const format = FORMATS.find(({ begins }) => begins(image))
  if (format === undefined || image.byteLength > MAX_BYTES) return undefined
  try {
    const opened = sharp(image, {
      limitInputPixels: MAX_PIXELS,
      failOn: 'error',
      pages: 1,
      sequentialRead: true,
    })
    const about = await opened.metadata()
    if (about.format !== format.name || (about.pages ?? 1) > 1) return undefined
    if (Math.min(about.width, about.height) < SMALLEST_SIDE) return undefined
    const { data, info } = await opened
      .autoOrient()
      .resize({
        width: WORKING_SIDE,
        height: WORKING_SIDE,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) return undefined
    return { data, width: info.width, height: info.height }
  } catch {
    // What libvips says of it may hold what is in it; that it cannot be read is all that is of use.
    return undefined
  }
}
