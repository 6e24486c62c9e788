import { LIMITS } from './limits.ts'
import type { Lookup, ObjectStore } from './object-store.ts'
import { refuse } from './refused.ts'
import {
  dictOf,
  is,
  type PdfArray,
  type PdfDict,
  type PdfObject,
  type PdfStream,
  type PdfValue,
} from './values.ts'
import type { XrefEntry } from './xref-entries.ts'

/** The file as who reads up to one revision sees it. */
export interface PdfView {
  readonly trailer: PdfDict
  /** One more than the highest object number. */
  readonly size: number
  entry(number: number): XrefEntry | undefined
  /** Numbers of all objects that are in use, unordered. */
  numbers(): Iterable<number>
  object(number: number): PdfObject | undefined
  /** The value itself: references are followed; what is not there is null. */
  resolve(value: PdfValue | undefined): PdfValue
  /** An entry of a dictionary, resolved. */
  get(dict: PdfDict | undefined, key: string): PdfValue
  getDict(dict: PdfDict | undefined, key: string): PdfDict | undefined
  getArray(dict: PdfDict | undefined, key: string): PdfArray | undefined
  /** A stream's data as it stands in the file, decrypted. */
  rawData(stream: PdfStream): Buffer
  /** ... and without its filters. */
  data(stream: PdfStream): Buffer
  /** Offset in the file after a stream's data. */
  dataEnd(stream: PdfStream): number
}

export interface ViewSource {
  readonly trailer: PdfDict
  readonly size: number
  entry(number: number): XrefEntry | undefined
  numbers(): Iterable<number>
}

export function viewOver(store: ObjectStore, source: ViewSource): PdfView {
  const lookup: Lookup = { entry: source.entry, resolve }
  let depth = 0

  /** Bounded: a reference may lead to a reference, and a stream's length to another stream. */
  function object(number: number): PdfObject | undefined {
    if (++depth > LIMITS.references) {
      depth = 0
      refuse('damaged', 'references run in a circle')
    }
    try {
      return store.object(number, lookup)
    } finally {
      depth = Math.max(0, depth - 1)
    }
  }

  function resolve(value: PdfValue | undefined): PdfValue {
    let found = value ?? null
    for (let step = 0; is(found, 'ref'); step++) {
      if (step >= LIMITS.references) refuse('damaged', 'references run in a circle')
      const target: PdfObject | undefined = object(found.number)
      found = target?.ref.generation === found.generation ? target.value : null
    }
    return found
  }

  const get = (dict: PdfDict | undefined, key: string) => resolve(dict?.entries.get(key))
  return {
    ...source,
    object,
    resolve,
    get,
    getDict: (dict, key) => dictOf(get(dict, key)),
    getArray(dict, key) {
      const value = get(dict, key)
      return is(value, 'array') ? value : undefined
    },
    rawData: (stream) => store.rawData(stream, lookup),
    data: (stream) => store.data(stream, lookup),
    dataEnd: (stream) => store.dataEnd(stream, lookup),
  }
}
