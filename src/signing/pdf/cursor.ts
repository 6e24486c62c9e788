import { refuse } from './refused.ts'

/** A place in a window of the file. */
export interface Cursor {
  readonly bytes: Buffer
  /** Offset of the window in the file. */
  readonly base: number
  /** The window ends where the file (or the decoded stream) ends. */
  readonly isWhole: boolean
  /** In the window. */
  at: number
  /** Values that were read so far: bounded by LIMITS.values. */
  values: number
}

/** The window ended in the middle of an object: the caller reads a larger one. */
export class WindowTooSmall extends Error {}

/** One for all: it is thrown often, and where from is of no interest. */
const TOO_SMALL = new WindowTooSmall()

export function cursorOver(bytes: Buffer, base = 0, isWhole = true): Cursor {
  return { bytes, base, isWhole, at: 0, values: 0 }
}

export function ranOut(cursor: Cursor): never {
  if (!cursor.isWhole) throw TOO_SMALL
  return refuse('damaged', `unexpected end at ${cursor.base + cursor.at}`)
}

const REGULAR = 0
const SPACE = 1
const DELIMITER = 2

/** ISO 32000-1 section 7.2.2. */
const KINDS = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) KINDS[byte] = SPACE
for (const byte of Buffer.from('()<>[]{}/%')) KINDS[byte] = DELIMITER

export const isRegular = (byte: number): boolean => KINDS[byte] === REGULAR
export const isSpace = (byte: number): boolean => KINDS[byte] === SPACE

const PERCENT = 0x25
const LF = 10
const CR = 13

/** Over white space and comments. At the end of the bytes it stops there. */
export function skipSpace(cursor: Cursor): void {
  const { bytes } = cursor
  let at = cursor.at
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === PERCENT) {
      while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++
    } else if (KINDS[byte] !== SPACE) break
  }
  cursor.at = Math.min(at, bytes.length)
}

/** The next byte that is no white space; it is not consumed. -1 at the end of the file. */
export function peek(cursor: Cursor): number {
  skipSpace(cursor)
  if (cursor.at < cursor.bytes.length) return cursor.bytes[cursor.at] ?? 0
  if (!cursor.isWhole) throw TOO_SMALL
  return -1
}

/** The run of regular characters that begins here, as Latin-1. */
export function word(cursor: Cursor): string {
  const { bytes, at } = cursor
  let end = at
  while (end < bytes.length && KINDS[bytes[end] ?? 0] === REGULAR) end++
  if (end === bytes.length && !cursor.isWhole) throw TOO_SMALL
  cursor.at = end
  return bytes.toString('latin1', at, end)
}

/** White space, then this keyword: consumed if it is there. */
export function takes(cursor: Cursor, keyword: string): boolean {
  peek(cursor)
  const before = cursor.at
  if (word(cursor) === keyword) return true
  cursor.at = before
  return false
}

/** White space, then digits: consumed if they are there. At most ten digits. */
export function digits(cursor: Cursor): number | undefined {
  peek(cursor)
  const { bytes, at } = cursor
  let end = at
  let value = 0
  for (; end < bytes.length; end++) {
    const digit = (bytes[end] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    if (end - at > 10) return undefined
  }
  if (end === bytes.length && !cursor.isWhole) throw TOO_SMALL
  if (end === at) return undefined
  cursor.at = end
  return value
}
