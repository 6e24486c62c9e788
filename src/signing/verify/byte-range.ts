import { expected, failed, passed, type Check } from './check.ts'
import { is, type PdfDict, type PdfString } from '../pdf/values.ts'

/** [0, before, after, rest]: two runs of bytes with a gap between them. */
export type ByteRange = readonly [number, number, number, number]

/** Four numbers and nothing else: not negative, ascending, inside the file. */
export function byteRangeOf(
  numbers: readonly unknown[],
  fileLength: number,
): ByteRange | undefined {
  if (numbers.length !== 4 || !numbers.every(isOffset)) return undefined
  const [start, before, after, rest] = numbers as [number, number, number, number]
  const isOrdered = start === 0 && before > 0 && after > before && rest > 0
  return isOrdered && after + rest <= fileLength ? [start, before, after, rest] : undefined
}

const isOffset = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The byte that follows the last signed one. */
export const signedEnd = ([, , after, rest]: ByteRange): number => after + rest

/** The bytes that are signed, as two views. */
export function signedParts(bytes: Buffer, range: ByteRange): readonly [Buffer, Buffer] {
  const [, before, after, rest] = range
  return [bytes.subarray(0, before), bytes.subarray(after, after + rest)]
}

/** The gap must be the hexadecimal string of /Contents of this very dictionary, brackets included: anything
 *  else is a wrapping attack (signature wrapping, universal signature forgery), whatever the digest says. */
export function gapIsContents(signature: PdfDict, [, before, after]: ByteRange): Check {
  const contents = signature.entries.get('Contents')
  if (signature.hasDuplicates) {
    return failed('byte-range', 'a key stands twice in the signature dictionary')
  }
  if (!is(contents, 'string')) return failed('byte-range', 'there is no /Contents')
  if (!contents.isHex) return failed('byte-range', '/Contents is not a hexadecimal string')
  const isGap = contents.start === before && contents.end === after
  return expected('byte-range', isGap, gapSaid(contents, before, after))
}

const gapSaid = (contents: PdfString, before: number, after: number) =>
  `the byte range leaves out ${before} to ${after}, but /Contents is at ${contents.start} to ${contents.end}`

const HEX = /^[0-9A-Fa-f]*$/

/** What stands between `<` and `>`, which are bytes of the file: no white space, no odd digit. Such is
 *  what writers of signatures write, and what all readers read alike. */
export function contentsOf(bytes: Buffer, range: ByteRange): Buffer | undefined {
  const [, before, after] = range
  const text = bytes.toString('latin1', before + 1, after - 1)
  return text.length % 2 === 0 && HEX.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** One DER structure, then zeros: anything behind it would be unsigned and unseen. Returns its length. */
export function structureLength(contents: Buffer): number | undefined {
  const first = contents[1]
  if (contents[0] !== 0x30 || first === undefined) return undefined
  if (first < 0x80) return first + 2
  const count = first & 0x7f
  if (count === 0 || count > 4 || contents.length < 2 + count) return undefined
  return 2 + count + contents.readUIntBE(2, count)
}

export function paddingCheck(contents: Buffer, length: number): Check {
  if (length > contents.length) return failed('contents-encoding', 'the structure is cut off')
  const isZero = contents.subarray(length).every((octet) => octet === 0)
  return isZero
    ? passed('contents-encoding')
    : failed('contents-encoding', 'something other than zeros follows the structure')
}
