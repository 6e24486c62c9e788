import { ranOut, isSpace, type Cursor } from './cursor.ts'
import { refuse } from './refused.ts'

const BACKSLASH = 0x5c
const OPEN = 0x28
const CLOSE = 0x29
const LF = 10
const CR = 13
const ESCAPES: Readonly<Record<number, number>> = {
  0x6e: 10,
  0x72: 13,
  0x74: 9,
  0x62: 8,
  0x66: 12,
  [OPEN]: OPEN,
  [CLOSE]: CLOSE,
  [BACKSLASH]: BACKSLASH,
}

/** `(…)`, ISO 32000-1 section 7.3.4.2; the cursor stands on the parenthesis. */
export function literalString(cursor: Cursor): Buffer {
  const { bytes } = cursor
  const start = cursor.at + 1
  const end = closingParenthesis(cursor)
  cursor.at = end + 1
  const raw = bytes.subarray(start, end)
  const isPlain = !raw.includes(BACKSLASH) && !raw.includes(CR)
  return isPlain ? Buffer.from(raw) : unescaped(raw)
}

function closingParenthesis(cursor: Cursor): number {
  const { bytes } = cursor
  let open = 0
  for (let at = cursor.at; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at++
    else if (byte === OPEN) open++
    else if (byte === CLOSE && --open === 0) return at
  }
  return ranOut(cursor)
}

function unescaped(raw: Buffer): Buffer {
  const out = Buffer.allocUnsafe(raw.length)
  let length = 0
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] ?? 0
    if (byte === CR) {
      if (raw[at + 1] === LF) at++
      out[length++] = LF
    } else if (byte !== BACKSLASH) {
      out[length++] = byte
    } else {
      const escape = escapeAt(raw, at + 1)
      if (escape.value !== undefined) out[length++] = escape.value
      at += escape.length
    }
  }
  return out.subarray(0, length)
}

interface Escape {
  /** Nothing: a line that goes on. */
  readonly value: number | undefined
  /** Bytes after the backslash. */
  readonly length: number
}

function escapeAt(raw: Buffer, at: number): Escape {
  const byte = raw[at] ?? 0
  if (byte === CR) return { value: undefined, length: raw[at + 1] === LF ? 2 : 1 }
  if (byte === LF) return { value: undefined, length: 1 }
  const octal = /^[0-7]{1,3}/.exec(raw.toString('latin1', at, at + 3))?.[0]
  if (octal !== undefined) return { value: parseInt(octal, 8) & 0xff, length: octal.length }
  // A backslash before any other character is ignored.
  return { value: ESCAPES[byte] ?? byte, length: 1 }
}

const GREATER = 0x3e

/** `<…>`, ISO 32000-1 section 7.3.4.3; the cursor stands on the bracket. */
export function hexadecimalString(cursor: Cursor): Buffer {
  const { bytes } = cursor
  const start = cursor.at + 1
  const end = bytes.indexOf(GREATER, start)
  if (end === -1) return ranOut(cursor)
  cursor.at = end + 1
  const text = bytes.toString('latin1', start, end)
  const plain = isHexadecimal(text) ? text : withoutSpace(bytes.subarray(start, end))
  if (!isHexadecimal(plain)) refuse('damaged', `hexadecimal string at ${cursor.base + start}`)
  return Buffer.from(plain.length % 2 === 0 ? plain : `${plain}0`, 'hex')
}

const isHexadecimal = (text: string) => /^[0-9A-Fa-f]*$/.test(text)

function withoutSpace(raw: Buffer): string {
  return Buffer.from(raw.filter((byte) => !isSpace(byte))).toString('latin1')
}
