import { dictOf, is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { explainAppearances } from './appearances.ts'
import { note, type Change } from './change.ts'
import { formChangesAreKnown } from './form.ts'
import { explainPages } from './pages.ts'
import { explainOwn, explainTree, isUsedAs, mayChange, scopeOf, type Scope } from './scope.ts'
import { differingKeys, isAmbiguous, rootOf, sameObject, sameValue, type Hop } from './state.ts'

/** All that one revision did to the document before it. Every object that it wrote must be accounted for by a
 *  rule; what is left over is `unexplained`. (Rules: signing a field, validation data, values of the form,
 *  comments, metadata. ISO 32000-2 section 12.8.2.2; the attacks: "Shadow Attacks", Mainka et al., NDSS 2021,
 *  and "Breaking the Specification: PDF Certification", Rohlmann et al., IEEE S&P 2021.) */
export function changesOf(hop: Hop): readonly Change[] {
  const scope = scopeOf(hop)
  explainTrailer(scope)
  explainCatalog(scope)
  explainPages(scope)
  explainAppearances(scope)
  for (const number of hop.touched) {
    if (isReadAlike(scope, number) && isAccountedFor(scope, number)) continue
    note(scope, isUnreferenced(scope, number) ? 'unreferenced' : 'unexplained', `object ${number}`)
  }
  for (const number of unreadable(scope)) note(scope, 'unexplained', `object ${number}`)
  return scope.changes
}

const isAccountedFor = (scope: Scope, number: number) =>
  scope.explained.has(number) || isHarmless(scope, number)

/** Other readers may take the first of two values, and may read what we cannot. */
const isReadAlike = ({ after }: Scope, number: number) =>
  after.isReadable(number) && !isAmbiguous(after.value(number))

/** Who can read them sees to what they refer; we do not. */
function* unreadable({ before, counts }: Scope): Iterable<number> {
  for (const number of before.numbers())
    if (!before.isReadable(number) && counts().has(number)) yield number
}

/** Root, encryption and identity are the document's; the rest of a trailer is bookkeeping. */
function explainTrailer(scope: Scope): void {
  const [old, current] = [scope.before.trailer.entries, scope.after.trailer.entries]
  for (const key of ['Root', 'Encrypt'])
    if (!sameValue(old.get(key), current.get(key))) note(scope, 'unexplained', `trailer /${key}`)
  if (isAmbiguous(scope.before.trailer) || isAmbiguous(scope.after.trailer))
    note(scope, 'unexplained', 'trailer')
  const info = current.get('Info')
  if (!is(info, 'ref') || !scope.touched.has(info.number) || !mayChange(scope, info.number)) return
  scope.explained.add(info.number)
  note(scope, 'metadata', 'document information')
}

type KeyRule = (scope: Scope, old: PdfValue | undefined, current: PdfValue | undefined) => boolean

/** Keys of the catalog that may change; all others must stay. */
const CATALOG_KEYS: Readonly<Record<string, KeyRule>> = {
  AcroForm: formChangesAreKnown,
  DSS: (scope, ...values) => addition(scope, values, ['validation-data', 'DSS']),
  Extensions: (scope, ...values) => addition(scope, values, ['extensions', 'Extensions']),
  Version: (scope, ...values) =>
    is(values[1], 'name') && addition(scope, values, ['extensions', 'Version']),
  Metadata: (scope, ...values) =>
    is(values[1], 'ref') && addition(scope, values, ['metadata', 'Metadata']),
}

/** Both what the catalog says and what stands behind it in objects of its own. */
function explainCatalog(scope: Scope): void {
  const [old, current] = [rootOf(scope.before), rootOf(scope.after)]
  const changed = new Set([...differingKeys(old, current), ...Object.keys(CATALOG_KEYS)])
  const isKnown = [...changed].every((key) => catalogKeyIsKnown(scope, key, old, current))
  const root = scope.after.trailer.entries.get('Root')
  if (isKnown && is(root, 'ref') && isUsedAs(scope, root.number, ROOT_USES))
    scope.explained.add(root.number)
}

/** /Data of a signature's /Reference may name it. */
const ROOT_USES: ReadonlySet<string> = new Set(['Root', 'Data'])

function catalogKeyIsKnown(
  scope: Scope,
  key: string,
  old: PdfDict | undefined,
  current: PdfDict | undefined,
): boolean {
  const [before, after] = [old?.entries.get(key), current?.entries.get(key)]
  if (before === undefined && after === undefined) return true
  return CATALOG_KEYS[key]?.(scope, before, after) ?? false
}

/** Told when anything of it is new, be it written anew in its own objects alone. */
function addition(
  scope: Scope,
  [old, current]: readonly [PdfValue | undefined, PdfValue | undefined],
  [kind, at]: readonly [Change['kind'], string],
): boolean {
  const before = scope.explained.size
  explainOwn(scope, current)
  explainTree(scope, current)
  if (scope.explained.size > before || !sameValue(old, current)) note(scope, kind, at)
  return true
}

/** Rewritten as it was; or an object stream or a cross-reference stream of this revision's own. */
function isHarmless(scope: Scope, number: number): boolean {
  const current = scope.after.value(number)
  const old = scope.before.value(number)
  const type = nameOf(dictOf(current)?.entries.get('Type'))
  const isContainer = is(current, 'stream') && (type === 'XRef' || type === 'ObjStm')
  if (old === null && isContainer) return mayChange(scope, number)
  if (old === null && current === null) return true
  return sameObject(scope, number)
}

/** It is no part of the document, neither before nor now; if a later revision refers to it, that is its change. */
function isUnreferenced(scope: Scope, number: number): boolean {
  const isNew = scope.before.value(number) === null
  const count = (scope.counts().get(number) ?? 0) + (scope.countsAfter().get(number) ?? 0)
  return isNew && count === 0 && scope.after.isReadable(number)
}
