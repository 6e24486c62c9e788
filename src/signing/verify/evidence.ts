import { is, type PdfDict, type PdfValue } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { dictAt, itemsAt, rootOf, type DocumentState } from './changes/state.ts'
import type { SignedDocument } from './document.ts'

/** DER bytes with which chains and revocation can be checked. Nothing in them is believed. */
export interface Evidence {
  readonly certificates: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

export const NO_EVIDENCE: Evidence = { certificates: [], ocsps: [], crls: [] }

export function joined(...parts: readonly Evidence[]): Evidence {
  return {
    certificates: parts.flatMap((part) => part.certificates),
    ocsps: parts.flatMap((part) => part.ocsps),
    crls: parts.flatMap((part) => part.crls),
  }
}

const MOST_VALUES = 500
const MOST_BYTES = 64 * 1024 * 1024

/** The document security store (ISO 32000-2 section 12.8.4.3) of the newest revision that has one. */
export function storedEvidence({ file, states }: SignedDocument): Evidence {
  const index = states.findLastIndex((state) => storeOf(state) !== undefined)
  const [state, store] = [states[index], states[index] && storeOf(states[index])]
  if (state === undefined || store === undefined) return NO_EVIDENCE
  const budget = { values: MOST_VALUES, bytes: MOST_BYTES, seen: new Set<number>() }
  const take = (key: string) =>
    itemsAt(state, store.entries.get(key)).flatMap((item) =>
      valueIn(file.viewAt(index), item, budget),
    )
  return { certificates: take('Certs'), ocsps: take('OCSPs'), crls: take('CRLs') }
}

export const storeOf = (state: DocumentState): PdfDict | undefined =>
  dictAt(state, rootOf(state)?.entries.get('DSS'))

interface Budget {
  values: number
  bytes: number
  readonly seen: Set<number>
}

/** What cannot be decoded is no evidence; nor is what comes after too much. */
function valueIn(view: PdfView, item: PdfValue, budget: Budget): readonly Uint8Array[] {
  if (!is(item, 'ref') || budget.seen.has(item.number) || --budget.values < 0) return []
  budget.seen.add(item.number)
  try {
    const stream = view.resolve(item)
    const bytes = is(stream, 'stream') ? view.data(stream) : Buffer.alloc(0)
    budget.bytes -= bytes.length
    return bytes.length === 0 || budget.bytes < 0 ? [] : [bytes]
  } catch (error) {
    if (error instanceof PdfRefused) return []
    throw error
  }
}
