import { dictOf, is, nameOf, type PdfValue } from '../../pdf/values.ts'
import type { DocumentState } from './state.ts'

/** How often each object is referred to, by number. What nobody else refers to may change its place in the
 *  document alone; what a signed page refers to and what does not exist yet must never come into being. */
export type ReferenceCounts = ReadonlyMap<number, number>

/** References in one value by the value itself: revisions share most of theirs. */
const KNOWN = new WeakMap<object, readonly number[]>()

export function referenceCounts(state: DocumentState): ReferenceCounts {
  const counts = new Map<number, number>()
  const add = (value: PdfValue) => {
    for (const number of referencesIn(value)) counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  for (const number of state.numbers()) {
    const value = state.value(number)
    if (!isTrailer(value)) add(value)
  }
  add(state.trailer.entries.get('Info') ?? null)
  return counts
}

/** A cross-reference stream is a trailer too, and says again what the one before it said. */
const isTrailer = (value: PdfValue) => nameOf(dictOf(value)?.entries.get('Type')) === 'XRef'

export function referencesIn(value: PdfValue): readonly number[] {
  if (value === null || typeof value !== 'object') return []
  const known = KNOWN.get(value)
  if (known) return known
  const found: number[] = []
  collect(value, found, 0)
  KNOWN.set(value, found)
  return found
}

function collect(value: PdfValue, found: number[], depth: number): void {
  if (depth > 100) return
  if (is(value, 'ref')) found.push(value.number)
  else if (is(value, 'array')) for (const item of value.items) collect(item, found, depth + 1)
  else if (is(value, 'dict'))
    for (const item of value.entries.values()) collect(item, found, depth + 1)
  else if (is(value, 'stream')) collect(value.dict, found, depth + 1)
}
