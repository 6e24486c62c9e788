import { is, type PdfDict, type PdfStream, type PdfValue } from '../../pdf/values.ts'

/** A document as one of its revisions leaves it. */
export interface DocumentState {
  readonly trailer: PdfDict
  /** Numbers of all objects that are in use. */
  numbers(): Iterable<number>
  /** null: there is no such object, or it cannot be read. */
  value(number: number): PdfValue
  /** False: the table says where it is, but no object can be read there. Other readers may well read one. */
  isReadable(number: number): boolean
  /** It is one of the document's cross-reference streams. */
  isTable(number: number): boolean
  /** 0 when there is no such object. */
  generation(number: number): number
  /** It stands in the file itself, not in an object stream: its offsets are the file's. */
  isInFile(number: number): boolean
  /** The data of a stream as it stands in the file, still encoded. */
  data(stream: PdfStream): Buffer
}

/** One revision and the one before it. */
export interface Hop {
  readonly before: DocumentState
  readonly after: DocumentState
  /** Numbers of the objects that this revision writes or frees. */
  readonly touched: ReadonlySet<number>
}

const MOST_DEPTH = 100

export function follow(state: DocumentState, value: PdfValue | undefined): PdfValue {
  let found = value ?? null
  for (let steps = 0; is(found, 'ref'); steps += 1) {
    if (steps > 16) return null
    found = state.generation(found.number) === found.generation ? state.value(found.number) : null
  }
  return found
}

export function dictAt(state: DocumentState, value: PdfValue | undefined): PdfDict | undefined {
  const found = follow(state, value)
  return is(found, 'dict') ? found : undefined
}

export function itemsAt(state: DocumentState, value: PdfValue | undefined): readonly PdfValue[] {
  const found = follow(state, value)
  return is(found, 'array') ? found.items : []
}

export const rootOf = (state: DocumentState): PdfDict | undefined =>
  dictAt(state, state.trailer.entries.get('Root'))

/** Are both written the same? References are compared, not followed: what they lead to is compared for
 *  itself, for whatever changed is among the touched objects. */
export function sameValue(
  one: PdfValue | undefined,
  other: PdfValue | undefined,
  depth = 0,
): boolean {
  const [a, b] = [one ?? null, other ?? null]
  if (a === b) return true
  if (depth > MOST_DEPTH || a === null || b === null) return false
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (is(a, 'name')) return is(b, 'name') && a.name === b.name
  if (is(a, 'ref')) return is(b, 'ref') && a.number === b.number && a.generation === b.generation
  if (is(a, 'string')) return is(b, 'string') && Buffer.compare(a.bytes, b.bytes) === 0
  if (is(a, 'array')) return is(b, 'array') && sameItems(a.items, b.items, depth)
  if (is(a, 'dict')) return is(b, 'dict') && differingKeys(a, b, depth).length === 0
  return false
}

export function sameItems(
  one: readonly PdfValue[],
  other: readonly PdfValue[],
  depth = 0,
): boolean {
  return (
    one.length === other.length &&
    one.every((item, index) => sameValue(item, other[index], depth + 1))
  )
}

/** Keys whose values are not written the same; a key with null is an absent key. */
export function differingKeys(
  one: PdfDict | undefined,
  other: PdfDict | undefined,
  depth = 0,
): readonly string[] {
  const keys = new Set([...(one?.entries.keys() ?? []), ...(other?.entries.keys() ?? [])])
  return [...keys].filter(
    (key) => !sameValue(one?.entries.get(key), other?.entries.get(key), depth + 1),
  )
}

/** Was the object rewritten as it was? */
export function sameObject({ before, after }: Hop, number: number): boolean {
  if (before.generation(number) !== after.generation(number)) return false
  const [old, current] = [before.value(number), after.value(number)]
  if (!is(old, 'stream') || !is(current, 'stream')) return sameValue(old, current)
  return sameValue(old.dict, current.dict) && before.data(old).equals(after.data(current))
}

/** Does a key stand twice anywhere in it? Readers disagree about which one counts. */
export function isAmbiguous(value: PdfValue, depth = 0): boolean {
  if (depth > MOST_DEPTH) return true
  if (is(value, 'stream')) return isAmbiguous(value.dict, depth + 1)
  if (is(value, 'array')) return value.items.some((item) => isAmbiguous(item, depth + 1))
  if (!is(value, 'dict')) return false
  return (
    value.hasDuplicates || [...value.entries.values()].some((item) => isAmbiguous(item, depth + 1))
  )
}

/** All dictionaries of all objects, those inside of others, too. */
export function* dictsIn(state: DocumentState): Iterable<PdfDict> {
  for (const number of state.numbers()) yield* dictsUnder(state.value(number), 0)
}

function* dictsUnder(value: PdfValue, depth: number): Iterable<PdfDict> {
  if (depth > MOST_DEPTH) return
  if (is(value, 'stream')) yield* dictsUnder(value.dict, depth + 1)
  if (is(value, 'array')) for (const item of value.items) yield* dictsUnder(item, depth + 1)
  if (!is(value, 'dict')) return
  yield value
  for (const item of value.entries.values()) yield* dictsUnder(item, depth + 1)
}
