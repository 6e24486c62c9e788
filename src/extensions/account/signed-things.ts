import { z } from 'zod'
import type { Evidence } from '../../ports/evidence-store.ts'

/** One thing that was signed in an act. */
export interface SignedThing {
  readonly what: 'documents' | 'transaction' | 'declaration' | 'hashes' | 'terms'
  /** As the service called it; empty when it had no name. */
  readonly name: string
  /** Hex, SHA-256 of what was signed as it was shown. */
  readonly sha256?: string
  /** Hex, SHA-256 of the file with the signature. */
  readonly signed?: string
}

export type Facts = Evidence['detail']

/** As interactions/signature/things.ts writes it. */
const Kept = z.array(
  z.object({ name: z.string(), sha256: z.string(), signed: z.string().optional() }),
)

/** By the evidence alone: the requests of services are swept. Undefined: nothing of the kind is in it. */
export function keptThings(facts: Facts): readonly SignedThing[] | undefined {
  const what = kindOf(facts)
  const kept = textOf(facts, 'things')
  if (what === undefined || kept === '') return undefined
  return Kept.parse(JSON.parse(kept)).map((one) => ({ what, ...one }))
}

function kindOf(facts: Facts): SignedThing['what'] | undefined {
  if (textOf(facts, 'request') !== '') return 'documents'
  if (textOf(facts, 'transaction_hash') !== '') return 'transaction'
  return facts['activated_hashes'] === undefined ? undefined : 'hashes'
}

/** Facts of the second part of an act on have its number before their names. */
export function partsOf(facts: Facts): readonly Facts[] {
  const parts = new Map<string, Record<string, string | number | boolean>>()
  for (const [name, value] of Object.entries(facts)) {
    const [, number = '1', own = name] = /^(\d{1,2})_(.+)$/.exec(name) ?? []
    parts.set(number, { ...parts.get(number), [own]: value })
  }
  return [...parts.values()]
}

export function textOf(facts: Facts, name: string): string {
  const value = facts[name]
  return typeof value === 'string' ? value : ''
}
