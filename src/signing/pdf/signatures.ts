import { fieldsOf, type PdfField } from './fields.ts'
import { integerOf, is, nameOf, type PdfDict, type PdfRef, type PdfString } from './values.ts'
import type { PdfView } from './view.ts'

/** A signature dictionary (ISO 32000-1 section 12.8.1) that a field holds, as it stands in the file. Nothing is
 *  checked here: that is what `verify` is for. */
export interface PdfSignature {
  readonly field: PdfField
  /** Nothing when the dictionary stands directly in its field. */
  readonly ref?: PdfRef
  readonly dict: PdfDict
  /** False when it was found in an object stream: then its offsets are not those of the file. */
  readonly isInFile: boolean
  readonly kind: 'signature' | 'timestamp'
  readonly subFilter: string | undefined
  /** The four numbers; nothing when they are not four whole numbers. */
  readonly byteRange: readonly [number, number, number, number] | undefined
  /** With the zeros that fill it up. `start` and `end` include the brackets. */
  readonly contents: PdfString | undefined
}

/** Signatures of all fields of the form, in its order. */
export function signaturesOf(view: PdfView): readonly PdfSignature[] {
  return [...fieldsOf(view)].flatMap((field) => signatureIn(view, field) ?? [])
}

export function signatureIn(view: PdfView, field: PdfField): PdfSignature | undefined {
  if (field.kind !== 'Sig') return undefined
  const dict = view.resolve(field.value)
  if (!is(dict, 'dict')) return undefined
  const contents = view.get(dict, 'Contents')
  return {
    field,
    ref: is(field.value, 'ref') ? field.value : undefined,
    dict,
    isInFile: isInFile(view, field),
    kind: kindOf(view, dict),
    subFilter: nameOf(view.get(dict, 'SubFilter')),
    byteRange: byteRangeOf(view, dict),
    contents: is(contents, 'string') ? contents : undefined,
  }
}

function isInFile(view: PdfView, { value, ref }: PdfField): boolean {
  const home = is(value, 'ref') ? value : ref
  return home !== undefined && view.entry(home.number)?.kind === 'file'
}

function kindOf(view: PdfView, dict: PdfDict): PdfSignature['kind'] {
  const isTimestamp =
    nameOf(view.get(dict, 'Type')) === 'DocTimeStamp' ||
    nameOf(view.get(dict, 'SubFilter')) === 'ETSI.RFC3161'
  return isTimestamp ? 'timestamp' : 'signature'
}

function byteRangeOf(view: PdfView, dict: PdfDict): PdfSignature['byteRange'] {
  const items = view.getArray(dict, 'ByteRange')?.items.map((item) => integerOf(view.resolve(item)))
  const [a, b, c, d] = items ?? []
  if (items?.length !== 4 || a === undefined || b === undefined) return undefined
  return c === undefined || d === undefined ? undefined : [a, b, c, d]
}
