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
