import type { PdfFile } from '../pdf/file.ts'
import { PdfRefused } from '../pdf/refused.ts'
import type { PdfValue } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'
import { isSamePlace, type XrefEntry } from '../pdf/xref-entries.ts'
import { isWithin } from './self-contained.ts'
import { changesOf } from './changes/hop.ts'
import { layoutChanges } from './changes/layout.ts'
import type { Change } from './changes/change.ts'
import type { DocumentState } from './changes/state.ts'

/** A file as a row of states, each compared with the one before it when first asked for. */
export interface SignedDocument {
  readonly file: PdfFile
  /** After each revision, the oldest first. */
  readonly states: readonly DocumentState[]
  /** What revision `index` (from 1) did to the one before it. */
  changesIn(index: number): readonly Change[]
  /** The revision that ends with the byte before `offset`: after its %%EOF, with or without its line's end. Who
   *  has only the bytes before sees the very same: nothing of it stands behind. */
  revisionAt(offset: number): number | undefined
}

export function signedDocument(file: PdfFile): SignedDocument {
  const tables = new Set(
    file.revisions.flatMap(({ sections }) => sections.map(({ offset }) => offset)),
  )
  const states = file.revisions.map(({ index }) => stateOf(file.viewAt(index), tables))
  const known = new Map<number, readonly Change[]>()
  const changesIn = (index: number) => {
    const [before, after] = [states[index - 1], states[index]]
    if (before === undefined || after === undefined)
      throw new RangeError('there is no such revision')
    const changes = known.get(index) ?? [
      ...changesOf({ before, after, touched: touchedIn(file, index) }),
      ...layoutChanges(file, index),
    ]
    known.set(index, changes)
    return changes
  }
  const revisionAt = (offset: number) => {
    const index = file.revisions.findIndex(
      ({ eof = Infinity, end = -1 }) => eof <= offset && offset <= end,
    )
    return index !== -1 && isWithin(file, index, offset) ? index : undefined
  }
  return { file, states, changesIn, revisionAt }
}

/** What cannot be read is not there: whoever needs it does not get by without. */
function stateOf(view: PdfView, tables: ReadonlySet<number>): DocumentState {
  const isTableAt = (entry: XrefEntry | undefined) =>
    entry?.kind === 'file' && tables.has(entry.offset)
  const known = new Map<number, ReadObject>()
  const objectAt = (number: number) => {
    const found = known.get(number) ?? readAt(view, number)
    known.set(number, found)
    return found
  }
  return {
    trailer: view.trailer,
    numbers: view.numbers,
    value: (number) => objectAt(number).value,
    generation: (number) => objectAt(number).generation,
    isReadable: (number) => !objectAt(number).isDamaged,
    isTable: (number) => isTableAt(view.entry(number)),
    isInFile: (number) => view.entry(number)?.kind === 'file',
    data: (stream) => view.rawData(stream),
  }
}

interface ReadObject {
  readonly value: PdfValue
  readonly generation: number
  readonly isDamaged: boolean
}

function readAt(view: PdfView, number: number): ReadObject {
  try {
    const { value = null, ref } = view.object(number) ?? {}
    return { value, generation: ref?.generation ?? 0, isDamaged: false }
  } catch (error) {
    if (error instanceof PdfRefused && error.code === 'damaged')
      return { value: null, generation: 0, isDamaged: true }
    throw error
  }
}

/** Objects that the revision places anew, and those inside of object streams that it places anew. */
function touchedIn(file: PdfFile, index: number): ReadonlySet<number> {
  const [before, after] = [file.viewAt(index - 1), file.viewAt(index)]
  const touched = new Set<number>()
  for (const { entries } of file.revisions[index]?.sections ?? []) {
    for (const number of entries.keys()) {
      if (!isSamePlace(before.entry(number) ?? FREE, after.entry(number) ?? FREE))
        touched.add(number)
    }
  }
  for (const number of before.numbers()) {
    const entry = before.entry(number)
    if (entry?.kind === 'compressed' && touched.has(entry.stream)) touched.add(number)
  }
  return touched
}

const FREE: XrefEntry = { kind: 'free', generation: 0 }
