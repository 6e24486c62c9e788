import { digits, isRegular, peek, ranOut, skipSpace, takes, word, type Cursor } from './cursor.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import { hexadecimalString, literalString } from './strings.ts'
import {
  is,
  type PdfArray,
  type PdfDict,
  type PdfName,
  type PdfRef,
  type PdfStream,
  type PdfValue,
} from './values.ts'

type Reader = (cursor: Cursor, depth: number) => PdfValue

const READERS: Readonly<Record<number, Reader>> = {
  [code('/')]: nameAt,
  [code('(')]: (cursor) => stringAt(cursor, literalString, false),
  [code('<')]: (cursor, depth) =>
    cursor.bytes[cursor.at + 1] === code('<')
      ? dictAt(cursor, depth)
      : stringAt(cursor, hexadecimalString, true),
  [code('[')]: arrayAt,
}

function code(character: string): number {
  return character.charCodeAt(0)
}

/** The value that begins at the cursor (after white space). References are not followed.
 *  Throws `PdfRefused`, and `WindowTooSmall` when the value goes on beyond the window. */
export function parseValue(cursor: Cursor, depth = 0): PdfValue {
  if (depth > LIMITS.depth) refuse('too_complex', 'nesting')
  if (++cursor.values > LIMITS.values) refuse('too_complex', 'values')
  const byte = peek(cursor)
  if (byte === -1) return ranOut(cursor)
  // `<<` needs to see two bytes.
  if (cursor.at + 2 > cursor.bytes.length && !cursor.isWhole) return ranOut(cursor)
  const reader = READERS[byte]
  if (reader) return reader(cursor, depth)
  if (isRegular(byte)) return wordAt(cursor)
  return refuse('damaged', `unexpected character at ${cursor.base + cursor.at}`)
}

const KEYWORDS: ReadonlyMap<string, PdfValue> = new Map<string, PdfValue>([
  ['null', null],
  ['true', true],
  ['false', false],
])

function wordAt(cursor: Cursor): PdfValue {
  const at = cursor.base + cursor.at
  const text = word(cursor)
  if (/^\d{1,10}$/.test(text)) return referenceOr(cursor, Number(text))
  const keyword = KEYWORDS.get(text)
  if (keyword !== undefined) return keyword
  return numberIn(text) ?? refuse('damaged', `unexpected word at ${at}`)
}

const LONGEST_NUMBER = 256

/** ISO 32000-1 section 7.3.3; `--5` and `.` are read as other readers read them. */
function numberIn(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER) return undefined
  if (!/^[+-]*(?:\d+(?:\.\d*)?|\.\d*)?(?:-\d*)?$/.test(text)) return undefined
  const value = Number.parseFloat(text.replace(/^[+-]+(?=[+-])/, ''))
  return Number.isNaN(value) ? 0 : value
}

/** `12 0 R`, or else the number alone. */
function referenceOr(cursor: Cursor, number: number): number | PdfRef {
  const before = cursor.at
  const generation = digits(cursor)
  if (generation !== undefined && cursor.at > before && takes(cursor, 'R')) {
    return { type: 'ref', number, generation }
  }
  cursor.at = before
  return number
}

function stringAt(cursor: Cursor, read: (cursor: Cursor) => Buffer, isHex: boolean): PdfValue {
  const start = cursor.base + cursor.at
  const bytes = read(cursor)
  return { type: 'string', bytes, isHex, start, end: cursor.base + cursor.at }
}

function nameAt(cursor: Cursor): PdfName {
  cursor.at++
  const raw = word(cursor)
  if (!raw.includes('#')) return { type: 'name', name: raw }
  const resolved = raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return { type: 'name', name: resolved }
}

const CLOSING_BRACKET = code(']')

function arrayAt(cursor: Cursor, depth: number): PdfArray {
  const start = cursor.base + cursor.at++
  const items: PdfValue[] = []
  while (peek(cursor) !== CLOSING_BRACKET) items.push(parseValue(cursor, depth + 1))
  cursor.at++
  return { type: 'array', items, start, end: cursor.base + cursor.at }
}

const GREATER = code('>')
const SLASH = code('/')

function dictAt(cursor: Cursor, depth: number): PdfDict {
  const start = cursor.base + cursor.at
  cursor.at += 2
  const entries = new Map<string, PdfValue>()
  const overridden: PdfValue[] = []
  for (let byte = peek(cursor); byte !== GREATER; byte = peek(cursor)) {
    if (byte !== SLASH) refuse('damaged', `no key at ${cursor.base + cursor.at}`)
    const key = nameAt(cursor).name
    const known = entries.get(key)
    if (known !== undefined) overridden.push(known)
    entries.set(key, entryAt(cursor, depth))
  }
  closeDict(cursor)
  const end = cursor.base + cursor.at
  const hasDuplicates = overridden.length > 0
  return { type: 'dict', entries, start, end, hasDuplicates, overridden }
}

/** A key without a value before the end is sloppy and harmless. */
function entryAt(cursor: Cursor, depth: number): PdfValue {
  return peek(cursor) === GREATER ? null : parseValue(cursor, depth + 1)
}

function closeDict(cursor: Cursor): void {
  if (cursor.at + 1 >= cursor.bytes.length) ranOut(cursor)
  if (cursor.bytes[cursor.at + 1] !== GREATER)
    refuse('damaged', `a dictionary ends badly at ${cursor.base + cursor.at}`)
  cursor.at += 2
}

export interface ParsedObject {
  readonly number: number
  readonly generation: number
  readonly value: PdfValue
  /** Offset of its number, and after `endobj` or (for a stream) where its data begins. */
  readonly start: number
  readonly end: number
}

/** `12 0 obj … endobj` at the cursor; nothing when no object begins there. */
export function parseObject(cursor: Cursor): ParsedObject | undefined {
  skipSpace(cursor)
  const start = cursor.base + cursor.at
  const number = digits(cursor)
  const generation = number === undefined ? undefined : digits(cursor)
  if (number === undefined || generation === undefined || !takesObj(cursor)) return undefined
  const value = takes(cursor, 'endobj') ? null : parseValue(cursor)
  const stream = is(value, 'dict') && streamAt(cursor, value, number, generation)
  if (!stream) takes(cursor, 'endobj')
  const end = cursor.base + cursor.at
  return { number, generation, value: stream || value, start, end }
}

/** `obj` may be followed by its value at once, as in `1 0 obj<<`; some write `1 0 obj12`. */
function takesObj(cursor: Cursor): boolean {
  peek(cursor)
  const { bytes, at } = cursor
  if (at + 3 > bytes.length) return cursor.isWhole ? false : ranOut(cursor)
  if (bytes.toString('latin1', at, at + 3) !== 'obj') return false
  cursor.at = at + 3
  return true
}

const LF = 10
const CR = 13

/** After the dictionary: `stream`, a line's end, and the data. */
function streamAt(
  cursor: Cursor,
  dict: PdfDict,
  number: number,
  generation: number,
): PdfStream | undefined {
  if (!takes(cursor, 'stream')) return undefined
  const { bytes } = cursor
  if (cursor.at + 2 > bytes.length && !cursor.isWhole) return ranOut(cursor)
  if (bytes[cursor.at] === CR) cursor.at++
  if (bytes[cursor.at] === LF) cursor.at++
  const of: PdfRef = { type: 'ref', number, generation }
  return { type: 'stream', dict, of, dataStart: cursor.base + cursor.at }
}
