import { integerOf, is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { explainFields, onlyGrows } from './field-changes.ts'
import { resourcesOnlyGrow } from './form-resources.ts'
import { isUsedAs, type Scope } from './scope.ts'
import { dictAt, dictsIn, differingKeys, follow, sameValue } from './state.ts'

/** Accounts for what a revision did to the form. `true`: all that the form dictionary itself says anew is
 *  among what may be added. */
export function formChangesAreKnown(
  scope: Scope,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
) {
  const [before, after] = [dictAt(scope.before, old), dictAt(scope.after, current)]
  if (after === undefined) return before === undefined && sameValue(old, current)
  // Lists and resources may be rewritten in objects of their own.
  const changed = new Set([...differingKeys(before, after), ...IN_OBJECTS])
  const isKnown = [...changed].every((key) => formKeyIsKnown(scope, key, before, after))
  const isShared = is(current, 'ref') && !isUsedAs(scope, current.number, FORM_USES)
  if (isKnown && !isShared && is(current, 'ref')) scope.explained.add(current.number)
  explainFields(scope)
  return isKnown && !isShared
}

const FORM_USES: ReadonlySet<string> = new Set(['AcroForm'])

const IN_OBJECTS = ['Fields', 'DR']

function formKeyIsKnown(scope: Scope, key: string, before: PdfDict | undefined, after: PdfDict) {
  const isAbsent = !after.entries.has(key) && before?.entries.has(key) !== true
  return isAbsent || (FORM_KEYS[key]?.(scope, before, after) ?? false)
}

type KeyRule = (scope: Scope, before: PdfDict | undefined, after: PdfDict) => boolean

/** Keys of the form dictionary that may change; all others must stay. */
const FORM_KEYS: Readonly<Record<string, KeyRule>> = {
  Fields: (scope, before, after) =>
    onlyGrows(scope, before?.entries.get('Fields'), after.entries.get('Fields')),
  SigFlags: (_scope, _before, after) => integerOf(after.entries.get('SigFlags')) !== undefined,
  DA: (scope, _before, after) => is(after.entries.get('DA'), 'string') && !hasTexts(scope),
  DR: resourcesOnlyGrow,
  NeedAppearances: (_scope, _before, after) => after.entries.get('NeedAppearances') === false,
}

/** The text of other fields would look different with another default appearance; they need not be in the form. */
const hasTexts = ({ before }: Scope) =>
  [...dictsIn(before)].some(({ entries }) => {
    const type = follow(before, entries.get('FT'))
    return type !== null && nameOf(type) !== 'Sig'
  })
