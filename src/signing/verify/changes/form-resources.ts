import { textOf, type PdfDict } from '../../pdf/values.ts'
import { explainAdditions, explainOwn, type Scope } from './scope.ts'
import { dictAt, dictsIn, follow, sameValue } from './state.ts'

/** Fonts and the like for new appearances: names that were there mean what they meant, down to the last object of
 *  theirs, and names that fields already asked for in vain still mean nothing. */
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
  const categories = new Set([...(old?.entries.keys() ?? []), ...current.entries.keys()])
  const isKept = [...categories].every((name) => categoryGrows(scope, name, [old, current]))
  if (!isKept) return false
  explainOwn(scope, after.entries.get('DR'))
  for (const category of current.entries.values())
    if (dictAt(scope.after, category) !== undefined) explainOwn(scope, category)
  explainAdditions(scope, after.entries.get('DR'))
  return true
}

function categoryGrows(
  scope: Scope,
  name: string,
  [old, current]: readonly [PdfDict | undefined, PdfDict],
): boolean {
  const [given, now] = [old?.entries.get(name), current.entries.get(name)]
  const [was, is] = [dictAt(scope.before, given), dictAt(scope.after, now)]
  if (is === undefined) return was === undefined && sameValue(given, now)
  const added = [...is.entries.keys()].filter((key) => !was?.entries.has(key))
  return (
    [...(was?.entries ?? [])].every(([key, value]) => sameValue(value, is.entries.get(key))) &&
    !added.some((key) => isAskedFor(scope, key))
  )
}

/** By a default appearance (ISO 32000-2 section 12.7.4.3). Escapes in it are not looked through. */
function isAskedFor({ before }: Scope, key: string): boolean {
  return [...dictsIn(before)].some(({ entries }) => {
    const text = textOf(follow(before, entries.get('DA'))) ?? ''
    return text.includes(`/${key}`) || text.includes('#')
  })
}
