import { decoded } from './filters.ts'
import { LIMITS } from './limits.ts'
import { parseObjectStream } from './object-stream.ts'
import { parseObject, parseValue, type ParsedObject } from './parse.ts'
import { PdfRefused, refuse } from './refused.ts'
import type { Revision } from './revisions.ts'
import { bufferSource, type PdfSource } from './source.ts'
import { integerOf, is, nameOf, type PdfDict, type PdfValue } from './values.ts'
import { inWindow, workFor, type Work } from './window.ts'
import { entryBudget, takeRoom, type XrefEntry } from './xref-entries.ts'

/** What a search of the whole file finds: of several objects with one number the last one counts. */
interface Found {
  readonly entries: Map<number, XrefEntry>
  readonly trailers: PdfDict[]
  catalog: number | undefined
}

/** Stands in for a table that cannot be used. Only for reading, and for signing what has no signature yet. */
export function rebuiltRevision(source: PdfSource): Revision {
  if (source.size > LIMITS.rebuiltBytes) refuse('damaged', 'too large to be repaired')
  const bytes = source.read(0, source.size)
  const found: Found = { entries: new Map(), trailers: [], catalog: undefined }
  const budget = entryBudget()
  const memory = bufferSource(bytes)
  const work = workFor(memory)
  for (const object of objectsIn(memory, bytes, work)) {
    takeRoom(budget, object.number, 1)
    take(found, object, bytes, work)
  }
  found.trailers.push(...trailersIn(memory, bytes, work))
  const trailer = trailerOf(found)
  const section = {
    offset: 0,
    kind: 'table',
    entries: found.entries,
    trailer,
    end: bytes.length,
    isAmbiguous: false,
  } as const
  return { index: 0, kind: 'table', sections: [section], trailer, startxref: 0 }
}

function* objectsIn(source: PdfSource, bytes: Buffer, work: Work): Iterable<ParsedObject> {
  for (let at = bytes.indexOf('obj'); at !== -1; at = bytes.indexOf('obj', at + 3)) {
    const before = /(?:^|[^0-9A-Za-z])(\d{1,10}\s{1,8}\d{1,5}\s{1,8})$/.exec(
      bytes.toString('latin1', Math.max(0, at - 40), at),
    )?.[1]
    if (before === undefined) continue
    const object = attempt(work, () => inWindow(source, at - before.length, parseObject, work))
    if (object) yield object
  }
}

/** What cannot be read is not there. */
function attempt<Result>(work: Work, read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof PdfRefused && work.left >= 0) return undefined
    throw error
  }
}

function take(found: Found, object: ParsedObject, bytes: Buffer, work: Work): void {
  const { number, generation, start, value } = object
  found.entries.set(number, { kind: 'file', offset: start, generation })
  if (is(value, 'dict') && nameOf(value.entries.get('Type')) === 'Catalog') found.catalog = number
  if (!is(value, 'stream')) return
  const type = nameOf(value.dict.entries.get('Type'))
  if (type === 'XRef') found.trailers.push(value.dict)
  if (type === 'ObjStm') {
    const inside =
      attempt(work, () => numbersIn(value.dict, bytes.subarray(value.dataStart), work)) ?? []
    for (const [index, inner] of inside.entries())
      found.entries.set(inner, { kind: 'compressed', stream: number, index })
  }
}

/** Object streams of an encrypted file cannot be read yet: their objects stay unknown. */
function numbersIn(dict: PdfDict, from: Buffer, work: Work): readonly number[] {
  const direct = (value: PdfValue | undefined) => (is(value, 'ref') ? null : (value ?? null))
  const length = integerOf(dict.entries.get('Length')) ?? from.indexOf('endstream')
  const data = decoded(from.subarray(0, Math.max(0, length)), dict, direct)
  work.left -= data.length
  return parseObjectStream(dict, data, direct).map(({ number }) => number)
}

function* trailersIn(source: PdfSource, bytes: Buffer, work: Work): Iterable<PdfDict> {
  for (let at = bytes.indexOf('trailer'); at !== -1; at = bytes.indexOf('trailer', at + 7)) {
    const start = at + 'trailer'.length
    const value = attempt(work, () => inWindow(source, start, (cursor) => parseValue(cursor), work))
    if (is(value, 'dict')) yield value
  }
}

/** The last one that names a catalog which is there; without any, the catalog that was found. */
function trailerOf({ entries, trailers, catalog }: Found): PdfDict {
  const isUsable = (dict: PdfDict) => {
    const root = dict.entries.get('Root')
    return is(root, 'ref') && entries.has(root.number)
  }
  const chosen = trailers.findLast(isUsable)
  if (chosen)
    return without(chosen, [
      'Prev',
      'XRefStm',
      'Filter',
      'DecodeParms',
      'W',
      'Index',
      'Length',
      'Type',
    ])
  if (catalog === undefined) return refuse('no_catalog')
  const root = { type: 'ref', number: catalog, generation: 0 } as const
  return {
    type: 'dict',
    entries: new Map([['Root', root]]),
    start: 0,
    end: 0,
    hasDuplicates: false,
  }
}

function without(dict: PdfDict, keys: readonly string[]): PdfDict {
  return { ...dict, entries: new Map([...dict.entries].filter(([key]) => !keys.includes(key))) }
}
