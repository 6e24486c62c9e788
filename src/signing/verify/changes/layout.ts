import type { PdfFile } from '../../pdf/file.ts'
import { parseObjectStream } from '../../pdf/object-stream.ts'
import { PdfRefused } from '../../pdf/refused.ts'
import type { Revision } from '../../pdf/revisions.ts'
import { integerOf, is, type PdfObject } from '../../pdf/values.ts'
import type { PdfView } from '../../pdf/view.ts'
import type { XrefEntry, XrefSection } from '../../pdf/xref-entries.ts'
import type { Change } from './change.ts'
import { isPlainRevision } from './plain-table.ts'

/** What is wrong with how revision `index` (from 1) stands in the file: readers that mend what they cannot read,
 *  or that read tables otherwise, would show another document than the one that its table lists. */
export function layoutChanges(file: PdfFile, index: number): readonly Change[] {
  const faults = Object.entries(FAULTS).filter(([, isFault]) => isFault(file, index))
  return faults.map(([what]) => ({ kind: 'unexplained', at: `revision ${index + 1}, ${what}` }))
}

type IsFault = (file: PdfFile, index: number) => boolean

const FAULTS: Readonly<Record<string, IsFault>> = {
  'its table': ({ source, revisions }, index) => !isPlainRevision(source, revisions[index]),
  'its /Size': ({ revisions }, index) => sizeOf(revisions[index]) < sizeOf(revisions[index - 1]),
  'an older /Size': isPastSize,
  'places of its objects': isMisplaced,
  'what no table lists': hasMore,
}

/** Some readers know no object from this number on. */
const sizeOf = (revision: Revision | undefined) =>
  integerOf(revision?.trailer.entries.get('Size')) ?? 0

/** Whoever knows no object past the size before would now see those that waited there. */
function isPastSize(file: PdfFile, index: number): boolean {
  const size = sizeOf(file.revisions[index - 1])
  for (const number of file.viewAt(index - 1).numbers())
    if (number >= size && !isTable(file, index - 1, number)) return true
  return false
}

const isTable = ({ revisions }: PdfFile, index: number, number: number) =>
  revisions[index]?.sections.some((section) => section.number === number) === true

/** Objects stand exactly where the table says, those in streams once and at their index. */
function isMisplaced(file: PdfFile, index: number): boolean {
  const view = file.viewAt(index)
  const entries = (file.revisions[index]?.sections ?? []).flatMap((section) => [...section.entries])
  const known = new Map<number, readonly number[]>()
  const numbersIn = (stream: number) => {
    const numbers = known.get(stream) ?? streamedNumbers(view, stream)
    known.set(stream, numbers)
    return numbers
  }
  return entries.some(([number, entry]) => {
    if (entry.kind === 'free') return false
    if (entry.kind === 'file') {
      const start = placeOf(view, number)?.start
      return start === undefined || !isBlank(file.source.read(entry.offset, start))
    }
    const numbers = numbersIn(entry.stream)
    return numbers.indexOf(number) !== entry.index || numbers.lastIndexOf(number) !== entry.index
  })
}

/** Some writers count the line's end before it, too. */
const isBlank = (bytes: Buffer) => /^\s{0,2}$/.test(bytes.toString('latin1'))

function streamedNumbers(view: PdfView, number: number): readonly number[] {
  const stream = objectAt(view, number)?.value
  if (!is(stream, 'stream')) return []
  return parseObjectStream(stream.dict, view.data(stream), view.resolve).map((one) => one.number)
}

function placeOf(view: PdfView, number: number) {
  const place = objectAt(view, number)?.place
  return place?.kind === 'file' ? place : undefined
}

/** What cannot be read is nowhere. */
function objectAt(view: PdfView, number: number): PdfObject | undefined {
  try {
    return view.object(number)
  } catch (error) {
    if (error instanceof PdfRefused && error.code === 'damaged') return undefined
    throw error
  }
}

/** White space, and comments in which nobody finds an object. */
const isNothing = (text: string) =>
  text.split(/[\r\n]+/).every((line) => /^[\s\0]*(?:%.*)?$/.test(line) && !FINDS.test(line))

const FINDS = /obj|xref|trailer/

/** Bytes between its beginning and its end that belong to none of its objects, nor to its table. */
function hasMore(file: PdfFile, index: number): boolean {
  const { source, revisions } = file
  const start = revisions[index - 1]?.end
  const { end, sections = [] } = revisions[index] ?? {}
  if (start === undefined || end === undefined) return true
  const view = file.viewAt(index)
  const entries = sections.flatMap((section) => [...section.entries])
  const parts = [
    ...entries.flatMap(([number, entry]) => objectPart(view, number, entry)),
    ...sections.flatMap((section) => tablePart(section)),
  ]
  return gapsBetween(parts, start, end).some(
    ([from, to]) => !isNothing(withoutEnds(source.read(from, to).toString('latin1'))),
  )
}

/** First byte, and the one after the last. */
type Part = readonly [number, number]

function objectPart(view: PdfView, number: number, entry: XrefEntry): readonly Part[] {
  const place = entry.kind === 'file' ? placeOf(view, number) : undefined
  if (place === undefined) return []
  const value = objectAt(view, number)?.value
  return [[place.start, is(value, 'stream') ? view.dataEnd(value) : place.end]]
}

const tablePart = ({ offset, end }: XrefSection): readonly Part[] => [[offset, end]]

function gapsBetween(parts: readonly Part[], start: number, end: number): readonly Part[] {
  const gaps: Part[] = []
  let at = start
  for (const [from, to] of parts.toSorted(([one], [other]) => one - other)) {
    if (to <= start || from >= end) continue
    if (from > at) gaps.push([at, from])
    at = Math.max(at, to)
  }
  return at < end ? [...gaps, [at, end]] : gaps
}

/** What ends a stream, and what ends a revision. */
const withoutEnds = (text: string) =>
  text
    .replace(/^\s*endstream\s+endobj/, '')
    .replace(/\bstartxref\s+\d{1,10}\s+%%EOF(?:\r\n|\r|\n|$)$/, '')
