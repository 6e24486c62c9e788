/** The eight kinds of objects (ISO 32000-1 section 7.3), as they stand in a file. `start` and `end` are byte
 *  offsets in the file, or in the decoded object stream for what stands in one. */
export interface PdfName {
  readonly type: 'name'
  /** Bytes as Latin-1, `#xx` resolved. */
  readonly name: string
}

export interface PdfString {
  readonly type: 'string'
  /** Decoded, and decrypted where the file is encrypted. */
  readonly bytes: Uint8Array
  readonly isHex: boolean
  /** Of the first delimiter, and after the last one. */
  readonly start: number
  readonly end: number
}

export interface PdfArray {
  readonly type: 'array'
  readonly items: readonly PdfValue[]
  readonly start: number
  readonly end: number
}

export interface PdfDict {
  readonly type: 'dict'
  readonly entries: ReadonlyMap<string, PdfValue>
  readonly start: number
  readonly end: number
  /** A key stood twice: readers disagree about which one counts. The last one is in `entries`. */
  readonly hasDuplicates: boolean
  /** What the keys that stood twice said before. */
  readonly overridden?: readonly PdfValue[]
}

export interface PdfStream {
  readonly type: 'stream'
  readonly dict: PdfDict
  /** The object that it is: streams are always indirect. */
  readonly of: PdfRef
  /** Where its raw data begins in the file. */
  readonly dataStart: number
}

export interface PdfRef {
  readonly type: 'ref'
  readonly number: number
  readonly generation: number
}

export type PdfValue =
  null | boolean | number | PdfName | PdfString | PdfArray | PdfDict | PdfStream | PdfRef

/** An indirect object and where it stands. */
export interface PdfObject {
  readonly ref: PdfRef
  readonly value: PdfValue
  /** `file`: from the object's number to after `endobj`. `compressed`: inside of an object stream. */
  readonly place:
    | { readonly kind: 'file'; readonly start: number; readonly end: number }
    | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }
}

type Tagged = Exclude<PdfValue, null | boolean | number>
type OfType<Type extends Tagged['type']> = Extract<Tagged, { readonly type: Type }>

export function is<Type extends Tagged['type']>(
  value: PdfValue | undefined,
  type: Type,
): value is OfType<Type> {
  return typeof value === 'object' && value !== null && value.type === type
}

/** The text of a name, or nothing. */
export function nameOf(value: PdfValue | undefined): string | undefined {
  return is(value, 'name') ? value.name : undefined
}

export function integerOf(value: PdfValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** The dictionary itself, or that of a stream. */
export function dictOf(value: PdfValue | undefined): PdfDict | undefined {
  if (is(value, 'stream')) return value.dict
  return is(value, 'dict') ? value : undefined
}

// What we make ourselves, for the writer.

const NOWHERE = { start: -1, end: -1 } as const

export const name = (text: string): PdfName => ({ type: 'name', name: text })

export const ref = (number: number, generation = 0): PdfRef => ({ type: 'ref', number, generation })

export const array = (...items: readonly PdfValue[]): PdfArray => ({
  type: 'array',
  items,
  ...NOWHERE,
})

export const hexString = (bytes: Uint8Array): PdfString => ({
  type: 'string',
  bytes,
  isHex: true,
  ...NOWHERE,
})

/** A text string (ISO 32000-1 section 7.9.2.2): ASCII as it is, all else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  const isAscii = /^[\x20-\x7e]*$/.test(text)
  const bytes = isAscii ? Buffer.from(text, 'latin1') : Buffer.from(`\ufeff${text}`, 'utf16le')
  return { type: 'string', bytes: isAscii ? bytes : bytes.swap16(), isHex: !isAscii, ...NOWHERE }
}

/** Keys with no value are left out. */
export function dict(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
  return dictFrom(Object.entries(entries))
}

function dictFrom(entries: Iterable<readonly [string, PdfValue | undefined]>): PdfDict {
  const kept = [...entries].filter((one): one is [string, PdfValue] => one[1] !== undefined)
  return { type: 'dict', entries: new Map(kept), hasDuplicates: false, ...NOWHERE }
}

/** A copy with some keys set or, where undefined, taken away. */
export function withEntries(
  old: PdfDict,
  changes: Readonly<Record<string, PdfValue | undefined>>,
): PdfDict {
  return dictFrom([
    ...new Map<string, PdfValue | undefined>([...old.entries, ...Object.entries(changes)]),
  ])
}

/** The text of a text string, whichever of its three encodings it has. */
export function textOf(value: PdfValue | undefined): string | undefined {
  if (!is(value, 'string')) return undefined
  const bytes = Buffer.from(value.bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16be(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  return bytes.toString('latin1')
}

function utf16be(bytes: Buffer): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1))
  return even.swap16().toString('utf16le')
}
