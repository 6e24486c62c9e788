import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import type { PdfDict } from './values.ts'

/** Where an object is (ISO 32000-1 section 7.5.4). */
export type XrefEntry =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'file'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }

/** One cross-reference table or stream. */
export interface XrefSection {
  /** Offset of `xref` or of the stream's object. */
  readonly offset: number
  readonly kind: 'table' | 'stream'
  readonly entries: ReadonlyMap<number, XrefEntry>
  readonly trailer: PdfDict
  /** Offset after the trailer dictionary, or after the stream's dictionary. */
  readonly end: number
  /** The object number of a stream itself. */
  readonly number?: number
  /** Other readers may read other entries: a number stands twice, or the numbers begin at one too many. */
  readonly isAmbiguous: boolean
}

/** The first of several counts. Returns whether they agree. */
export function enter(entries: Map<number, XrefEntry>, number: number, entry: XrefEntry): boolean {
  const known = entries.get(number)
  if (known === undefined) entries.set(number, entry)
  return known === undefined || isSamePlace(known, entry)
}

export function isSamePlace(one: XrefEntry, other: XrefEntry): boolean {
  if (one.kind === 'file' && other.kind === 'file')
    return one.offset === other.offset && one.generation === other.generation
  if (one.kind === 'compressed' && other.kind === 'compressed')
    return one.stream === other.stream && one.index === other.index
  return one.kind === 'free' && other.kind === 'free'
}

/** Counts what all sections of a file hold. */
export interface EntryBudget {
  left: number
}

export const entryBudget = (): EntryBudget => ({ left: LIMITS.entries })

/** The numbers of a subsection are possible, and there is room for them. */
export function takeRoom(budget: EntryBudget, first: number, count: number): void {
  budget.left -= count
  if (budget.left < 0) refuse('too_complex', 'cross-reference entries')
  if (first + count > LIMITS.objectNumber + 1) refuse('damaged', 'object numbers')
}
