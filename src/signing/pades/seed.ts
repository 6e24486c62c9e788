import { refuse } from '../pdf/refused.ts'
import { integerOf, is, nameOf, textOf, type PdfDict, type PdfValue } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'

/** What the author of a form demands of who signs a field (/SV, ISO 32000-1 table 234): the bits of its /Ff say
 *  which of its entries must be met. */
const REQUIRED = {
  filter: 1,
  subFilter: 1 << 1,
  version: 1 << 2,
  reasons: 1 << 3,
  legal: 1 << 4,
  digest: 1 << 6,
  lock: 1 << 7,
  appearance: 1 << 8,
} as const

/** Throws `PdfRefused` when the field asks for what our signatures are not. */
export function checkSeed(view: PdfView, field: PdfDict, reason: string | undefined): void {
  const seed = view.getDict(field, 'SV')
  const flags = integerOf(view.get(seed, 'Ff')) ?? 0
  if (seed === undefined) return
  const rules: Readonly<Record<keyof typeof REQUIRED, () => boolean>> = {
    filter: () => nameOf(view.get(seed, 'Filter')) === 'Adobe.PPKLite',
    subFilter: () => listed(view, seed, 'SubFilter').includes('ETSI.CAdES.detached'),
    version: () => (integerOf(view.get(seed, 'V')) ?? 0) <= 2,
    reasons: () => listed(view, seed, 'Reasons').includes(reason ?? ''),
    legal: () => false,
    digest: () => listed(view, seed, 'DigestMethod').includes('SHA256'),
    lock: () => view.getDict(field, 'Lock') !== undefined,
    appearance: () => false,
  }
  for (const [name, isMet] of Object.entries(rules)) {
    const isRequired = (flags & REQUIRED[name as keyof typeof REQUIRED]) !== 0
    if (isRequired && !isMet()) refuse('field_constrained', name)
  }
  if (integerOf(view.get(view.getDict(seed, 'MDP'), 'P')) === 1) refuse('field_constrained', 'MDP')
}

function listed(view: PdfView, dict: PdfDict, key: string): readonly string[] {
  const value = view.get(dict, key)
  const items: readonly PdfValue[] = is(value, 'array') ? value.items : [value]
  return items.map((item) => {
    const one = view.resolve(item)
    return nameOf(one) ?? textOf(one) ?? ''
  })
}
