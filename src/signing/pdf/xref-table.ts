import { digits, peek, ranOut, takes, word, type Cursor } from './cursor.ts'
import { parseValue } from './parse.ts'
import { refuse } from './refused.ts'
import { is } from './values.ts'
import {
  enter,
  takeRoom,
  type EntryBudget,
  type XrefEntry,
  type XrefSection,
} from './xref-entries.ts'

/** A classic table (ISO 32000-1 section 7.5.4) after its keyword `xref`, with its trailer. Entries are read by
 *  their words, not by columns: many writers space them otherwise than in 20 bytes. */
export function parseTable(cursor: Cursor, offset: number, budget: EntryBudget): XrefSection {
  const entries = new Map<number, XrefEntry>()
  let isAmbiguous = false
  while (!takes(cursor, 'trailer')) {
    const first = digits(cursor)
    const count = first === undefined ? undefined : digits(cursor)
    if (first === undefined || count === undefined)
      return refuse('damaged', `cross-reference table at ${offset}`)
    takeRoom(budget, first, count)
    if (!subsection(cursor, first, count, entries)) isAmbiguous = true
  }
  const trailer = parseValue(cursor)
  if (!is(trailer, 'dict')) return refuse('damaged', `trailer at ${offset}`)
  const isMoved = isShifted(entries)
  return {
    offset,
    kind: 'table',
    entries: isMoved ? renumbered(entries) : entries,
    trailer,
    end: cursor.base + cursor.at,
    isAmbiguous: isAmbiguous || isMoved,
  }
}

/** Returns whether each number stood there once. */
function subsection(
  cursor: Cursor,
  first: number,
  count: number,
  entries: Map<number, XrefEntry>,
): boolean {
  let isClear = true
  for (let at = 0; at < count; at++) {
    // The count may promise more than there is.
    if (peek(cursor) === LETTER_T) return isClear
    if (!enter(entries, first + at, entryAt(cursor))) isClear = false
  }
  return isClear
}

const LETTER_T = 0x74
const LETTER_N = 0x6e
const LETTER_F = 0x66

function entryAt(cursor: Cursor): XrefEntry {
  const offset = digits(cursor)
  const generation = digits(cursor)
  const state = peek(cursor)
  if (offset === undefined || generation === undefined) return badEntry(cursor)
  if (state !== LETTER_N && state !== LETTER_F) return badEntry(cursor)
  if (word(cursor).length !== 1) return badEntry(cursor)
  // Offset 0 holds the header: writers mean a free one by it.
  return state === LETTER_N && offset > 0
    ? { kind: 'file', offset, generation }
    : { kind: 'free', generation }
}

function badEntry(cursor: Cursor): never {
  if (cursor.at >= cursor.bytes.length) ranOut(cursor)
  return refuse('damaged', `cross-reference entry at ${cursor.base + cursor.at}`)
}

/** A table that begins with `1 n` though its first entry is the head of the free list: some writers count from
 *  one. */
function isShifted(entries: ReadonlyMap<number, XrefEntry>): boolean {
  const head = entries.get(1)
  return !entries.has(0) && head?.kind === 'free' && head.generation === 65_535 && entries.size > 1
}

const renumbered = (entries: ReadonlyMap<number, XrefEntry>): ReadonlyMap<number, XrefEntry> =>
  new Map([...entries].map(([number, entry]) => [number - 1, entry]))
