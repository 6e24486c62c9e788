import type { PdfFile } from '../../pdf/file.ts'
import { PdfRefused } from '../../pdf/refused.ts'
import type { Revision } from '../../pdf/revisions.ts'
import { integerOf, is } from '../../pdf/values.ts'
import type { PdfView } from '../../pdf/view.ts'
import { isSamePlace, type XrefEntry, type XrefSection } from '../../pdf/xref-entries.ts'
import type { Change } from './change.ts'

/** What is wrong with how revision `index` (from 1) stands in the file: readers that mend what they cannot read,
 *  or that read tables otherwise, would show another document than the one that its table lists. */
export function layoutChanges(file: PdfFile, index: number): readonly Change[] {
  const faults = Object.entries(FAULTS).filter(([, isFault]) => isFault(file, index))
  return faults.map(([what]) => ({ kind: 'unexplained', at: `revision ${index + 1}, ${what}` }))
}

type IsFault = (file: PdfFile, index: number) => boolean

const FAULTS: Readonly<Record<string, IsFault>> = {
  'its table': ({ revisions }, index) => !isPlain(revisions[index]),
  'its /Size': ({ revisions }, index) => sizeOf(revisions[index]) < sizeOf(revisions[index - 1]),
  'what no table lists': hasMore,
}

/** One table, with at most the stream of a hybrid file, in which each object has one place. */
function isPlain(revision: Revision | undefined): boolean {
  const [first, hidden, ...others] = revision?.sections ?? []
  if (first === undefined || others.length > 0) return false
  if (first.isAmbiguous || hidden?.isAmbiguous === true) return false
  return hidden === undefined || (revision?.kind === 'hybrid' && agree(first, hidden))
}

/** The table of a hybrid file calls free what its stream knows. */
const agree = (table: XrefSection, { entries }: XrefSection) =>
  [...entries].every(([number, entry]) => {
    const known = table.entries.get(number)
    return known === undefined || known.kind === 'free' || isSamePlace(known, entry)
  })

/** Some readers know no object from this number on. */
const sizeOf = (revision: Revision | undefined) =>
  integerOf(revision?.trailer.entries.get('Size')) ?? 0

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
  if (entry.kind !== 'file') return []
  try {
    const { value, place } = view.object(number) ?? {}
    if (place?.kind !== 'file') return []
    return [[place.start, is(value, 'stream') ? view.dataEnd(value) : place.end]]
  } catch (error) {
    if (error instanceof PdfRefused && error.code === 'damaged') return []
    throw error
  }
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
