import { dictOf, is, nameOf, type PdfValue } from '../../pdf/values.ts'
import { newFindings, type Findings } from './change.ts'
import { referenceCounts, referencesIn, useKeys, type ReferenceCounts } from './references.ts'
import type { Hop } from './state.ts'

/** One hop under examination. */
export interface Scope extends Hop, Findings {
  /** Numbers of the nodes of signature fields that this revision adds or signs. */
  readonly widgets: Set<number>
  /** Of the revision before, counted when first asked for. */
  counts(): ReferenceCounts
  /** Of this revision. */
  countsAfter(): ReferenceCounts
  /** Of this revision: the keys by which an object is used. */
  keysOf(number: number): ReadonlySet<string>
}

export function scopeOf(hop: Hop): Scope {
  let [counted, countedAfter]: (ReferenceCounts | undefined)[] = []
  let keys: ReturnType<typeof useKeys> | undefined
  const counts = () => (counted ??= referenceCounts(hop.before))
  const countsAfter = () => (countedAfter ??= referenceCounts(hop.after))
  const keysOf = (number: number) => (keys ??= useKeys(hop.after)).get(number) ?? NO_KEYS
  return { ...hop, ...newFindings(), widgets: new Set<number>(), counts, countsAfter, keysOf }
}

const NO_KEYS: ReadonlySet<string> = new Set()

/** Kinds of dictionaries that are walked on their own, and that additions lead back to (/P, /Parent). */
const STRUCTURE: ReadonlySet<string | undefined> = new Set(['Page', 'Pages', 'Catalog'])

/** Accounts for what hangs on an allowed addition: objects that did not exist before and that nothing signed
 *  already points to, and objects that nothing but the changed place pointed to. Everything else that changed
 *  stays unaccounted for, and so fails. */
export function explainTree(scope: Scope, value: PdfValue | undefined): void {
  explainWhere(scope, value, (number) => mayChange(scope, number))
}

/** ... but what was there stays as it was. */
export function explainAdditions(scope: Scope, value: PdfValue | undefined): void {
  explainWhere(scope, value, (number) => isNew(scope, number) && mayChange(scope, number))
}

const isNew = ({ before }: Scope, number: number) => before.value(number) === null

function explainWhere(
  scope: Scope,
  value: PdfValue | undefined,
  isAllowed: (number: number) => boolean,
): void {
  const seen = new Set<number>()
  const queue = [...referencesIn(value ?? null)]
  for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
    if (seen.has(number) || !scope.touched.has(number)) continue
    seen.add(number)
    const current = scope.after.value(number)
    if (STRUCTURE.has(nameOf(dictOf(current)?.entries.get('Type')))) continue
    if (!isAllowed(number)) continue
    scope.explained.add(number)
    queue.push(...referencesIn(current))
  }
}

/** Nothing that was signed would look different because of it: nothing signed pointed to what is new, and nothing
 *  but the place that is looked at points to what was there. (Whatever else pointed to it has changed itself, and
 *  must be accounted for.) */
export function mayChange(scope: Scope, number: number): boolean {
  if (isNew(scope, number)) return (scope.counts().get(number) ?? 0) === 0
  return (scope.countsAfter().get(number) ?? 0) <= 1
}

/** What may change by the rules of one role must have no other. */
export const isUsedAs = (scope: Scope, number: number, keys: ReadonlySet<string>): boolean =>
  [...scope.keysOf(number)].every((key) => keys.has(key))

/** Keys by which a field of the form, a widget or a comment is used (ISO 32000-2 sections 12.5, 12.6, 12.7 and
 *  14.7.5.3). */
export const ANNOTATION_USES: ReadonlySet<string> = new Set(
  'Annots Fields Kids Parent CO Popup IRT Obj T Data'.split(' '),
)

/** A value that stands in its own object: that object is accounted for. */
export function explainOwn(scope: Scope, value: PdfValue | undefined): void {
  if (is(value, 'ref') && scope.touched.has(value.number) && mayChange(scope, value.number)) {
    scope.explained.add(value.number)
  }
}
