import type { PdfFile } from '../pdf/file.ts'
import { PdfRefused } from '../pdf/refused.ts'
import type { PdfValue } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'
import type { XrefEntry } from '../pdf/xref-entries.ts'
import { isWithin } from './self-contained.ts'
import { changesOf } from './changes/hop.ts'
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
  const states = file.revisions.map(({ index }) => stateOf(file.viewAt(index)))
  const known = new Map<number, readonly Change[]>()
  const changesIn = (index: number) => {
    const [before, after] = [states[index - 1], states[index]]
    if (before === undefined || after === undefined)
      throw new RangeError('there is no such revision')
    const changes =
      known.get(index) ?? changesOf({ before, after, touched: touchedIn(file, index) })
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
function stateOf(view: PdfView): DocumentState {
  const known = new Map<number, { value: PdfValue; generation: number }>()
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
    isInFile: (number) => view.entry(number)?.kind === 'file',
    data: (stream) => view.rawData(stream),
  }
}

function readAt(view: PdfView, number: number) {
  try {
    const object = view.object(number)
    return { value: object?.value ?? null, generation: object?.ref.generation ?? 0 }
  } catch (error) {
    if (error instanceof PdfRefused && error.code === 'damaged')
      return { value: null, generation: 0 }
    throw error
  }
}

/** Objects that the revision places anew, and those inside of object streams that it places anew. */
function touchedIn(file: PdfFile, index: number): ReadonlySet<number> {
  const [before, after] = [file.viewAt(index - 1), file.viewAt(index)]
  const touched = new Set<number>()
  for (const { entries } of file.revisions[index]?.sections ?? []) {
    for (const number of entries.keys()) {
      if (!isSamePlace(before.entry(number), after.entry(number))) touched.add(number)
    }
  }
  for (const number of before.numbers()) {
    const entry = before.entry(number)
    if (entry?.kind === 'compressed' && touched.has(entry.stream)) touched.add(number)
  }
  return touched
}

function isSamePlace(one: XrefEntry | undefined, other: XrefEntry | undefined): boolean {
  const [a, b] = [one ?? FREE, other ?? FREE]
  if (a.kind === 'file' && b.kind === 'file')
    return a.offset === b.offset && a.generation === b.generation
  if (a.kind === 'compressed' && b.kind === 'compressed')
    return a.stream === b.stream && a.index === b.index
  return a.kind === 'free' && b.kind === 'free'
}

const FREE: XrefEntry = { kind: 'free', generation: 0 }
