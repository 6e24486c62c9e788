import { inflateSync } from 'node:zlib'
import { LIMITS } from './limits.ts'
import { PdfRefused, refuse } from './refused.ts'
import { unpredicted } from './predictor.ts'
import { dictOf, integerOf, is, nameOf, type PdfDict, type PdfValue } from './values.ts'

/** Follows a reference: filters may be named by one. */
export type Resolve = (value: PdfValue | undefined) => PdfValue

type Filter = (bytes: Buffer) => Buffer

/** ISO 32000-1 section 7.4. What structure is made of; pictures are never decoded here. */
const FILTERS: Readonly<Record<string, Filter>> = {
  FlateDecode: inflated,
  Fl: inflated,
  ASCIIHexDecode: asciiHex,
  AHx: asciiHex,
  ASCII85Decode: ascii85,
  A85: ascii85,
  // Decrypted before: the only filter of this name that we know is Identity.
  Crypt: (bytes) => bytes,
}

/** A stream's data without its filters. Throws `PdfRefused`. */
export function decoded(raw: Buffer, dict: PdfDict, resolve: Resolve): Buffer {
  const names = listOf(dict.entries.get('Filter') ?? dict.entries.get('F'), resolve)
  const parameters = listOf(dict.entries.get('DecodeParms') ?? dict.entries.get('DP'), resolve)
  if (names.length > LIMITS.filters) refuse('too_complex', 'filters')
  return names.reduce<Buffer>(
    (bytes, name, at) => unpredicted(filtered(bytes, name), predictorOf(parameters[at], resolve)),
    raw,
  )
}

/** One thing or an array of them. */
function listOf(value: PdfValue | undefined, resolve: Resolve): readonly PdfValue[] {
  const given = resolve(value)
  if (given === null) return []
  return is(given, 'array') ? given.items.map((item) => resolve(item)) : [given]
}

function filtered(bytes: Buffer, name: PdfValue): Buffer {
  const text = nameOf(name) ?? ''
  const filter = Object.hasOwn(FILTERS, text) ? FILTERS[text] : undefined
  return filter === undefined ? refuse('filter_unsupported', text.slice(0, 32)) : filter(bytes)
}

function predictorOf(parameters: PdfValue | undefined, resolve: Resolve) {
  const entries = dictOf(parameters)?.entries
  const number = (key: string, fallback: number) =>
    integerOf(resolve(entries?.get(key))) ?? fallback
  return {
    predictor: number('Predictor', 1),
    colors: number('Colors', 1),
    bits: number('BitsPerComponent', 8),
    columns: number('Columns', 1),
  }
}

/** What a broken tail allows is taken, as all readers do; too much is refused. */
function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, {
      maxOutputLength: LIMITS.streamBytes,
      finishFlush: 2,
    })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ERR_BUFFER_TOO_LARGE') refuse('too_large', 'stream')
    throw new PdfRefused('damaged', 'compressed stream', { cause })
  }
}

function asciiHex(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').split('>', 1)[0]?.replace(/\s/g, '') ?? ''
  if (!/^[0-9A-Fa-f]*$/.test(text)) refuse('damaged', 'ASCIIHex stream')
  return Buffer.from(text.length % 2 === 0 ? text : `${text}0`, 'hex')
}

function ascii85(bytes: Buffer): Buffer {
  const text = (bytes.toString('latin1').split('~', 1)[0] ?? '')
    .replace(/\s/g, '')
    .replaceAll('z', '!!!!!')
  if (!/^[!-u]*$/.test(text)) refuse('damaged', 'ASCII85 stream')
  const out: number[] = []
  for (let at = 0; at < text.length; at += 5) out.push(...fourBytes(text.slice(at, at + 5)))
  return Buffer.from(out)
}

function fourBytes(group: string): readonly number[] {
  const value = Buffer.from(group.padEnd(5, 'u')).reduce((sum, one) => sum * 85 + one - 33, 0)
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) & 0xff)
  return bytes.slice(0, group.length - 1)
}
