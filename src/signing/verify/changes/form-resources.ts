import { nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { formNodes } from './fields.ts'
import { explainAdditions, explainOwn, type Scope } from './scope.ts'
import { dictAt, dictsIn, differingKeys, follow, sameValue } from './state.ts'

/** Fonts and the like for new appearances: names that were there mean what they meant, down to the last object of
 *  theirs. New ones come only where readers draw nothing by them: some draw otherwise for having any. */
export function resourcesOnlyGrow(
  scope: Scope,
  before: PdfDict | undefined,
  after: PdfDict,
): boolean {
  const [old, current] = [
    dictAt(scope.before, before?.entries.get('DR')),
    dictAt(scope.after, after.entries.get('DR')),
  ]
  if (current === undefined) return false
  const names = [...new Set([...(old?.entries.keys() ?? []), ...current.entries.keys()])]
  const growths = names.map((name) =>
    growthOf(scope, old?.entries.get(name), current.entries.get(name)),
  )
  if (growths.includes('changed')) return false
  const isSame = old !== undefined && growths.every((growth) => growth === 'none')
  if (!isSame && isDrawnByReaders(scope, before)) return false
  explainOwn(scope, after.entries.get('DR'))
  for (const category of current.entries.values())
    if (dictAt(scope.after, category) !== undefined) explainOwn(scope, category)
  explainAdditions(scope, after.entries.get('DR'))
  return true
}

/** Of one category of resources. */
function growthOf(scope: Scope, given: PdfValue | undefined, now: PdfValue | undefined) {
  const [old, current] = [dictAt(scope.before, given), dictAt(scope.after, now)]
  if (current === undefined) return old === undefined && sameValue(given, now) ? 'none' : 'changed'
  const changed = differingKeys(old, current)
  if (changed.some((key) => old?.entries.has(key) === true)) return 'changed'
  return changed.length === 0 ? 'none' : 'more'
}

/** Readers draw what has no appearance of its own, and all of a form that asks for it. Fields need not be in the
 *  form. */
function isDrawnByReaders({ before }: Scope, form: PdfDict | undefined): boolean {
  const isAll = (follow(before, form?.entries.get('NeedAppearances')) ?? false) !== false
  const types = new Map(formNodes(before).map(({ dict, type }) => [dict, type]))
  return [...dictsIn(before)].some((dict) => {
    const get = (key: string) => follow(before, dict.entries.get(key))
    if (nameOf(get('Subtype')) !== 'Widget') return false
    return (types.get(dict) ?? nameOf(get('FT'))) !== 'Sig' && (isAll || get('AP') === null)
  })
}
