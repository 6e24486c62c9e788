import { takes, type Cursor } from './cursor.ts'
import { decoded } from './filters.ts'
import { LIMITS } from './limits.ts'
import { parseObject } from './parse.ts'
import { refuse } from './refused.ts'
import type { PdfSource } from './source.ts'
import { integerOf, is, type PdfStream } from './values.ts'
import { inWindow, workFor, type Work } from './window.ts'
import { entryBudget, type EntryBudget, type XrefSection } from './xref-entries.ts'
import { isXrefStream, parseXrefStream } from './xref-stream.ts'
import { parseTable } from './xref-table.ts'

/** A section with the stream that a hybrid file adds to its table (ISO 32000-1 section 7.5.8.4). */
export interface ChainLink {
  readonly section: XrefSection
  readonly hidden?: XrefSection
}

interface Budget extends EntryBudget {
  readonly work: Work
}

/** How far from the end `startxref` is looked for. */
const TAIL = 2048

/** The number after the last `startxref`. */
export function lastStartxref(source: PdfSource): number {
  const from = Math.max(0, source.size - TAIL)
  const tail = source.read(from, source.size)
  const at = tail.lastIndexOf('startxref')
  const found = /^startxref\s*(\d{1,10})(?!\d)/.exec(
    tail.toString('latin1', Math.max(0, at), at + 64),
  )
  return at === -1 || found === null ? refuse('damaged', 'no startxref') : Number(found[1])
}

/** All sections on the chain of /Prev, newest first. A chain that comes back to itself is refused. */
export function readChain(source: PdfSource, startxref: number): readonly ChainLink[] {
  const budget = { ...entryBudget(), work: workFor(source) }
  const seen = new Set<number>()
  const links: ChainLink[] = []
  for (let offset: number | undefined = startxref; offset !== undefined;) {
    if (seen.has(offset)) refuse('damaged', 'the cross-reference tables run in a circle')
    if (seen.size >= LIMITS.sections) refuse('too_complex', 'cross-reference sections')
    seen.add(offset)
    const section = readSection(source, offset, budget)
    links.push({ section, hidden: hiddenSection(source, section, budget) })
    offset = previousOf(section)
  }
  return links
}

function previousOf(section: XrefSection): number | undefined {
  const previous = section.trailer.entries.get('Prev')
  if (previous === undefined || previous === 0 || previous === null) return undefined
  // Some writers give a reference; its number was meant.
  if (is(previous, 'ref')) return previous.number
  return integerOf(previous) ?? refuse('damaged', '/Prev')
}

function hiddenSection(
  source: PdfSource,
  { kind, trailer }: XrefSection,
  budget: Budget,
): XrefSection | undefined {
  const offset = integerOf(trailer.entries.get('XRefStm'))
  if (kind !== 'table' || offset === undefined) return undefined
  const hidden = readSection(source, offset, budget)
  return hidden.kind === 'stream' ? hidden : refuse('damaged', '/XRefStm')
}

function readSection(source: PdfSource, offset: number, budget: Budget): XrefSection {
  const before = budget.left
  const read = (cursor: Cursor) => {
    budget.left = before
    return takes(cursor, 'xref')
      ? parseTable(cursor, offset, budget)
      : streamSection(source, cursor, budget)
  }
  return inWindow(source, offset, read, budget.work)
}

function streamSection(source: PdfSource, cursor: Cursor, budget: Budget): XrefSection {
  const object = parseObject(cursor)
  if (!isXrefStream(object)) return refuse('damaged', `no cross-reference at ${cursor.base}`)
  const length = lengthOf(object.value)
  const end = object.value.dataStart + length
  const raw = source.read(object.value.dataStart, end)
  // Nothing may be indirect here: there is no table yet to find it with.
  const data = decoded(raw, object.value.dict, (value) =>
    is(value, 'ref') ? null : (value ?? null),
  )
  return { ...parseXrefStream(object, data, budget), end }
}

function lengthOf({ dict }: PdfStream): number {
  const length = integerOf(dict.entries.get('Length'))
  if (length === undefined || length < 0) return refuse('damaged', 'cross-reference stream length')
  return length > LIMITS.streamBytes ? refuse('too_large', 'cross-reference stream') : length
}
