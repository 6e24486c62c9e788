import type { AppearanceInput } from '../../ports/pdf-writer.ts'
import type { Increment } from '../pdf/increment.ts'
import { array, dict, name, type PdfRef } from '../pdf/values.ts'
import type { Picture } from './picture.ts'

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
