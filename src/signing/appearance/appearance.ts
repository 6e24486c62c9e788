import type { Increment } from '../pdf/increment.ts'
import { array, dict, name, type PdfRef } from '../pdf/values.ts'

export interface AppearanceInput {
  /** Who signs, as it is to be read. */
  readonly signer: string
}

/** Points. */
export interface DrawnSize {
  readonly width: number
  readonly height: number
  /** Degrees clockwise by which the page is turned. */
  readonly rotation: number
}

/** A form XObject that draws nothing: a widget without one is not allowed in PDF/A. */
export function emptyAppearance(increment: Increment, { width, height }: DrawnSize): PdfRef {
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

export function drawAppearance(
  increment: Increment,
  input: AppearanceInput & DrawnSize & { readonly at: number },
): PdfRef {
  return emptyAppearance(increment, input)
}
