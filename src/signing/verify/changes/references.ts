import { dictOf, is, type PdfValue } from '../../pdf/values.ts'
import type { DocumentState } from './state.ts'

/** How often each object is referred to, by number. What nobody else refers to may change its place in the
 *  document alone; what a signed page refers to and what does not exist yet must never come into being. */
export type ReferenceCounts = ReadonlyMap<number, number>

/** One reference, and the key of the dictionary that it stands in (or in an array there). */
interface Use {
  readonly number: number
  /** Absent: it stands in an array that is an object of its own. */
  readonly key?: string
}

/** By the value itself: revisions share most of theirs. */
const KNOWN = new WeakMap<object, readonly Use[]>()

/** What of a trailer leads into the document. */
const TRAILER_KEYS = ['Root', 'Info', 'Encrypt', 'ID']

export function referenceCounts(state: DocumentState): ReferenceCounts {
  const counts = new Map<number, number>()
  for (const [, uses] of allUses(state))
    for (const { number } of uses) counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

/** The keys by which each object is used. Names of resources are keys of dictionaries, and any dictionary will do:
 *  what may change as a field must not be a resource, too. */
export function useKeys(state: DocumentState): ReadonlyMap<number, ReadonlySet<string>> {
  const keys = new Map<number, Set<string>>()
  const lists = new Map<number, readonly number[]>()
  for (const [home, uses] of allUses(state)) {
    for (const { number, key } of uses) addTo(keys, number, key)
    const inList = uses.flatMap(({ number, key }) => (key === undefined ? [number] : []))
    if (inList.length > 0) lists.set(home, inList)
  }
  // What stands in a list is used as the list is; lists of lists are none of a document's.
  for (const [home, numbers] of lists)
    for (const number of numbers)
      for (const key of keys.get(home) ?? [IN_LIST]) addTo(keys, number, key)
  return keys
}

const IN_LIST = '[]'

function addTo(keys: Map<number, Set<string>>, number: number, key: string | undefined): void {
  if (key === undefined) return
  const known = keys.get(number)
  if (known === undefined) keys.set(number, new Set([key]))
  else known.add(key)
}

/** The number of the object that each use stands in; -1: the trailer. */
function* allUses(state: DocumentState): Iterable<readonly [number, readonly Use[]]> {
  for (const number of state.numbers()) {
    const value = state.value(number)
    yield [number, state.isTable(number) ? otherUses(value) : usesIn(value)]
  }
  yield [-1, TRAILER_KEYS.flatMap((key) => usesBy(key, state.trailer.entries.get(key)))]
}

/** A cross-reference stream is a trailer, and says again what the one before it said; it may be a picture, too. */
const otherUses = (value: PdfValue): readonly Use[] =>
  [...(dictOf(value)?.entries ?? [])].flatMap(([key, item]) =>
    TRAILER_KEYS.includes(key) ? [] : usesBy(key, item),
  )

const usesBy = (key: string, value: PdfValue | undefined): readonly Use[] =>
  usesIn(value ?? null).map((use) => ({ ...use, key: use.key ?? key }))

export const referencesIn = (value: PdfValue): readonly number[] =>
  usesIn(value).map(({ number }) => number)

function usesIn(value: PdfValue): readonly Use[] {
  if (value === null || typeof value !== 'object') return []
  const known = KNOWN.get(value)
  if (known) return known
  const found: Use[] = []
  collect(value, undefined, found, 0)
  KNOWN.set(value, found)
  return found
}

function collect(value: PdfValue, key: string | undefined, found: Use[], depth: number): void {
  if (depth > 100) return
  if (is(value, 'ref')) found.push({ number: value.number, key })
  else if (is(value, 'array')) for (const item of value.items) collect(item, key, found, depth + 1)
  else if (is(value, 'stream')) collect(value.dict, key, found, depth + 1)
  else if (is(value, 'dict')) {
    for (const [name, item] of value.entries) collect(item, name, found, depth + 1)
    for (const item of value.overridden ?? []) collect(item, OVERRIDDEN, found, depth + 1)
  }
}

/** Some readers take the first of two. */
const OVERRIDDEN = '/overridden'
