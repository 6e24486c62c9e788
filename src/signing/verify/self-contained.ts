import type { PdfFile } from '../pdf/file.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { integerOf, is, type PdfStream } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'
import { lastStartxref } from '../pdf/xref.ts'

/** Is all that makes up a revision among the first `end` bytes? Whoever prepares a document can let a table, an
 *  object or a stream of it reach beyond its end: what is appended after signing would then change what was
 *  signed, and no later table would say so. */
export function isWithin(file: PdfFile, revision: number, end: number): boolean {
  return (
    beginsAtItsTable(file, revision, end) &&
    tablesAreWithin(file, revision, end) &&
    objectsAreWithin(file.viewAt(revision), end)
  )
}

/** The bytes before `end` alone lead to the table with which our chain enters the revision. */
function beginsAtItsTable({ source, revisions }: PdfFile, revision: number, end: number): boolean {
  const before = {
    ...source,
    size: end,
    read: (from: number, to: number) => source.read(from, Math.min(to, end)),
  }
  try {
    return lastStartxref(before) === revisions[revision]?.startxref
  } catch (error) {
    if (error instanceof PdfRefused) return false
    throw error
  }
}

function tablesAreWithin({ revisions }: PdfFile, revision: number, end: number): boolean {
  return revisions
    .slice(0, revision + 1)
    .every(({ sections }) => sections.every((section) => section.end <= end))
}

function objectsAreWithin(view: PdfView, end: number): boolean {
  for (const number of view.numbers()) {
    const entry = view.entry(number)
    if (entry?.kind === 'file' && !(entry.offset < end && extentIsWithin(view, number, end)))
      return false
  }
  return true
}

/** Where a stream ends for who believes its /Length, whatever stands there. */
function saidEnd(view: PdfView, { dict, dataStart }: PdfStream): number {
  return dataStart + (integerOf(view.get(dict, 'Length')) ?? 0)
}

/** What cannot be read is not there, neither before nor after; unless more bytes make it readable, and those
 *  are then beyond the end. */
function extentIsWithin(view: PdfView, number: number, end: number): boolean {
  try {
    const object = view.object(number)
    if (object?.place.kind === 'file' && object.place.end > end) return false
    const value = object?.value
    return !is(value, 'stream') || Math.max(view.dataEnd(value), saidEnd(view, value)) <= end
  } catch (error) {
    if (error instanceof PdfRefused) return true
    throw error
  }
}
