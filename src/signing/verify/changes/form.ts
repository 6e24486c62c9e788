import { integerOf, is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { note } from './change.ts'
import { formNodes, type FormNode } from './fields.ts'
import { explainOwn, explainTree, mayChange, type Scope } from './scope.ts'
import { dictAt, differingKeys, itemsAt, sameValue } from './state.ts'

/** Accounts for what a revision did to the form. `true`: all that the form dictionary itself says anew is
 *  among what may be added. */
export function formChangesAreKnown(
  scope: Scope,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
) {
  const [before, after] = [dictAt(scope.before, old), dictAt(scope.after, current)]
  if (after === undefined) return before === undefined
  // Lists and resources may be rewritten in objects of their own.
  const changed = new Set([...differingKeys(before, after), ...IN_OBJECTS])
  const isKnown = [...changed].every((key) => formKeyIsKnown(scope, key, before, after))
  if (isKnown && is(current, 'ref')) scope.explained.add(current.number)
  explainFields(scope)
  return isKnown
}

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
  // A new form may say how its text looks; an old one's texts would look different.
  DA: (_scope, before) => before === undefined || before.entries.get('DA') === undefined,
  DR: resourcesOnlyGrow,
  NeedAppearances: (_scope, _before, after) => after.entries.get('NeedAppearances') !== true,
}

/** All that was listed is still listed, in its order. */
function onlyGrows(
  scope: Scope,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
): boolean {
  const [before, after] = [itemsAt(scope.before, old), itemsAt(scope.after, current)]
  explainOwn(scope, current)
  const isKept = before.every((item, index) => sameValue(item, after[index]))
  // What stands inside of the list itself would not be looked at.
  return isKept && after.slice(before.length).every((item) => is(item, 'ref'))
}

/** Fonts and the like for new appearances: names that were there mean what they meant. */
function resourcesOnlyGrow(scope: Scope, before: PdfDict | undefined, after: PdfDict): boolean {
  const [old, current] = [
    dictAt(scope.before, before?.entries.get('DR')),
    dictAt(scope.after, after.entries.get('DR')),
  ]
  if (current === undefined) return false
  const isKept = differingKeys(old, current).every((category) => {
    const [was, is_] = [
      dictAt(scope.before, old?.entries.get(category)),
      dictAt(scope.after, current.entries.get(category)),
    ]
    return [...(was?.entries ?? [])].every(([key, value]) =>
      sameValue(value, is_?.entries.get(key)),
    )
  })
  if (isKept) explainTree(scope, after.entries.get('DR'))
  if (isKept) explainOwn(scope, after.entries.get('DR'))
  return isKept
}

function explainFields(scope: Scope): void {
  const nodes = formNodes(scope.before)
  const old = new Map(nodes.map((node) => [node.number, node]))
  const signatures = new Set(nodes.map(({ value }) => dictAt(scope.before, value)?.start))
  const form: Form = {
    ...scope,
    newSignature: ({ value }) => {
      const signature = dictAt(scope.after, value)
      return signatures.has(signature?.start) ? undefined : signature
    },
  }
  for (const node of formNodes(scope.after)) {
    const { number } = node
    if (number === undefined || !scope.touched.has(number)) continue
    const was = old.get(number)
    const isKnown =
      was === undefined ? isNewSignature(form, node) : isKnownUpdate(form, was, node)
    if (isKnown) scope.explained.add(number)
  }
}

interface Form extends Scope {
  /** The signature that this revision put into the field of a node. It covers what the node shows. */
  readonly newSignature: (node: FormNode) => PdfDict | undefined
}

/** A field that was not there may only be a signature's. An unsigned one must not show anything: a picture
 *  that nobody signed for would lie over the signed page. */
function isNewSignature(scope: Form, node: FormNode): boolean {
  const { dict, name, type, number } = node
  if (type !== 'Sig' || number === undefined || scope.before.value(number) !== null) return false
  if ((scope.counts().get(number) ?? 0) > 0) return false
  if (![...dict.entries.keys()].every((key) => NEW_KEYS.has(key))) return false
  if (!isWords(dict.entries.get('Contents'))) return false
  const signature = scope.newSignature(node)
  const isSigned = signature !== undefined
  if (!isSigned && (hasValue(dict) || (dict.entries.has('AP') && isVisible(dict)))) return false
  if (signature !== undefined && hasValue(dict)) noteSignature(scope, signature, name)
  else note(scope, 'signature-field', name, name)
  explainParts(scope, dict)
  return true
}

const hasValue = ({ entries }: PdfDict) => (entries.get('V') ?? null) !== null

/** Keys of a new field or widget (ISO 32000-2 tables 166, 192, 226 and 235), without those that act. A dictionary
 *  with others might be a page or a resource at the same time, wherever else it is listed. */
const NEW_KEYS: ReadonlySet<string> = new Set(
  (
    'Type Subtype FT T TU TM Ff V DV F Rect P AP AS MK BS Border Lock SV Kids Parent M NM DA DR Q H ' +
    'C StructParent Contents'
  ).split(' '),
)

/** /Contents of an annotation is text; that of a page is not. */
const isWords = (value: PdfValue | undefined) =>
  value === undefined || value === null || is(value, 'string')

function isVisible(dict: PdfDict): boolean {
  const rect = dict.entries.get('Rect')
  const [left, bottom, right, top] = is(rect, 'array') ? rect.items : []
  return left !== right && bottom !== top
}

const PARTS = ['V', 'AP', 'DR', 'MK', 'Lock', 'SV', 'BS', 'Border']
// (Kids are walked on their own; their list may stand in an object.)

function explainParts(scope: Scope, dict: PdfDict): void {
  for (const key of PARTS) explainTree(scope, dict.entries.get(key))
  explainOwn(scope, dict.entries.get('Kids'))
}

function noteSignature(scope: Scope, signature: PdfDict, name: string): void {
  const isStamp = nameOf(signature.entries.get('SubFilter')) === 'ETSI.RFC3161'
  note(scope, isStamp ? 'document-timestamp' : 'signature', name, name)
}

/** A node of the tree of pages is no field, though a field's keys be in it. */
const IS_STRUCTURE: ReadonlySet<string | undefined> = new Set(['Page', 'Pages', 'Catalog'])

/** Keys of a field that may change when it is signed, and when it is filled in. */
const SIGNED_KEYS: ReadonlySet<string> = new Set(['V', 'AP', 'F', 'M', 'MK', 'AS', 'Type', 'Ff'])
const FILLED_KEYS: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'M', 'I', 'Ff', 'Kids'])

function isKnownUpdate(scope: Form, was: FormNode, node: FormNode): boolean {
  const keys = differingKeys(was.dict, node.dict)
  if (node.type !== was.type || node.name !== was.name) return false
  if (IS_STRUCTURE.has(nameOf(node.dict.entries.get('Type')))) return keys.length === 0
  if (keys.length === 0) return true
  if (
    keys.includes('Kids') &&
    !onlyGrows(scope, was.dict.entries.get('Kids'), node.dict.entries.get('Kids'))
  )
    return false
  if (keys.includes('Ff') && !onlyLocks(was.dict, node.dict)) return false
  if (keys.every((key) => key === 'Ff')) return noted(scope, 'field-lock', node)
  if (keys.every((key) => key === 'Kids')) return true
  return node.type === 'Sig' ? isSigning(scope, was, node, keys) : isFilling(scope, node, keys)
}

/** A signature may be put where none was; one that is there stays as it is, with its picture. */
function isSigning(scope: Form, was: FormNode, node: FormNode, keys: readonly string[]): boolean {
  const signature = scope.newSignature(node)
  if (hasValue(was.dict) || signature === undefined) return false
  if (!keys.every((key) => SIGNED_KEYS.has(key))) return false
  noteSignature(scope, signature, node.name)
  for (const key of keys) explainTree(scope, node.dict.entries.get(key))
  explainRewritten(scope, node)
  return true
}

function isFilling(scope: Scope, node: FormNode, keys: readonly string[]): boolean {
  if (!keys.every((key) => FILLED_KEYS.has(key))) return false
  for (const key of ['V', 'AP']) {
    if (keys.includes(key)) explainTree(scope, node.dict.entries.get(key))
  }
  return noted(scope, 'form-value', node)
}

function noted(scope: Scope, kind: 'field-lock' | 'form-value', { name }: FormNode): true {
  note(scope, kind, name, name)
  return true
}

/** Signing may set ReadOnly (bit 1), as /Lock demands. */
function onlyLocks(was: PdfDict, current: PdfDict): boolean {
  const [old = 0, now = 0] = [was, current].map((dict) => integerOf(dict.entries.get('Ff')) ?? 0)
  return now === (old | 1)
}

/** Appearances that are rewritten where they stand, while the field's own dictionary stays as it was. */
export function explainAppearances(scope: Scope): void {
  for (const node of formNodes(scope.after)) {
    if (node.type === 'Sig' || node.type === undefined) continue
    if (explainRewritten(scope, node)) note(scope, 'form-value', node.name, node.name)
  }
}

function explainRewritten(scope: Scope, { dict }: FormNode): boolean {
  const streams = appearanceStreams(scope, dict)
  const rewritten = streams.filter((value) => is(value, 'ref') && scope.touched.has(value.number))
  for (const value of rewritten) explainTree(scope, value)
  return rewritten.length > 0
}

/** The dictionary of appearances, its streams, and those of its states; not what they use: fonts and pictures may
 *  be shared with the page. What others point to, too, is not looked into: it is theirs as well. */
function appearanceStreams(scope: Scope, dict: PdfDict): readonly PdfValue[] {
  const given = dict.entries.get('AP') ?? null
  const kinds = ownEntries(scope, given)
  return [given, ...kinds, ...kinds.flatMap((kind) => ownEntries(scope, kind))]
}

function ownEntries(scope: Scope, value: PdfValue): readonly PdfValue[] {
  if (is(value, 'ref') && !mayChange(scope, value.number)) return []
  return [...(dictAt(scope.after, value)?.entries.values() ?? [])]
}
