import type { Increment } from '../pdf/increment.ts'
import { array, dict, name, type PdfRef } from '../pdf/values.ts'
import type { Picture } from './picture.ts'

/** What stands on the page where somebody signed. */
export interface AppearanceInput {
  /** Who signs, as it is to be read. */
  readonly signer: string
  /** Which way the lines run and how date and title are said; Persian where it is not given. */
  readonly locale?: 'fa' | 'en'
  /** Instead of «امضای دیجیتال». */
  readonly title?: string
  readonly reason?: string
  /** PNG or JPEG: a seal, or a signature by hand. */
  readonly picture?: Uint8Array
  /** The first digits of the hash of the document as it was before this signature; shown by default. */
  readonly showHash?: boolean
}

/** Points. */
export interface DrawnSize {
  readonly width: number
  readonly height: number
  /** Degrees clockwise by which the page is turned. */
  readonly rotation: number
}

/** All that a picture of a signature is made of. */
export interface Drawing extends Omit<AppearanceInput, 'picture'>, DrawnSize {
  readonly picture?: Picture
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Hexadecimal SHA-256 of the document before the signature. */
  readonly hash: string
}

export type Draw = (increment: Increment, drawing: Drawing) => PdfRef

/** A form XObject that draws nothing: a widget without one is not allowed in PDF/A. */
export function emptyAppearance(
  increment: Increment,
  { width, height }: Pick<DrawnSize, 'width' | 'height'>,
): PdfRef {
  return increment.addStream(
    dict({
      Type: name('XObject'),
      Subtype: name('Form'),
      BBox: array(0, 0, width, height),
      Resources: dict({}),
    }),
    new Uint8Array(),
  )
}
