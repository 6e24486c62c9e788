import { integerOf, is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { explainRewritten } from './appearances.ts'
import { note } from './change.ts'
import { formNodes, type FormNode } from './fields.ts'
import { hasLook, isTimeStamp, isVisible, isWidget } from './looks.ts'
import { ANNOTATION_USES, explainOwn, explainTree, isUsedAs, type Scope } from './scope.ts'
import { dictAt, differingKeys, follow, itemsAt, sameValue } from './state.ts'

/** Accounts for what a revision did to the nodes of the form's tree. */
export function explainFields(scope: Scope): void {
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
    if (number === undefined) continue
    const was = old.get(number)
    if (was !== undefined && !scope.touched.has(number)) continue
    const isKnown = was === undefined ? isNewSignature(form, node) : isKnownUpdate(form, was, node)
    // Not even when it is validation data, too: then it would be a field all the same.
    if (isKnown && isUsedAs(scope, number, ANNOTATION_USES)) scope.explained.add(number)
    else note(scope, 'unexplained', `field ${node.name}`)
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
  if (!isWidget(dict) || !hangsWhereItSays(node)) return false
  if (!isWords(dict.entries.get('Contents'))) return false
  if (!itemsAt(scope.after, dict.entries.get('Kids')).every((kid) => is(kid, 'ref'))) return false
  const signature = scope.newSignature(node)
  if (signature === undefined && (hasValue(dict) || hasLook(scope, dict))) return false
  if (signature !== undefined && hasValue(dict)) noteSignature(scope, signature, name)
  else note(scope, 'signature-field', name, name)
  if (signature !== undefined) noteStampLook(scope, signature, node)
  explainParts(scope, dict)
  scope.widgets.add(number)
  return true
}

/** Readers inherit by /Parent: what it names might be another kind of field, with a value to show. */
function hangsWhereItSays({ dict, parent }: FormNode): boolean {
  const given = dict.entries.get('Parent') ?? null
  return given === null || (is(given, 'ref') && given.number === parent)
}

/** Anybody can have anything time-stamped: nobody stands for what such a field shows. */
function noteStampLook(scope: Scope, signature: PdfDict, { dict, name }: FormNode): void {
  if (isTimeStamp(signature) && hasLook(scope, dict) && isVisible(scope, dict))
    note(scope, 'annotation', name, name)
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

const PARTS = ['V', 'AP', 'DR', 'MK', 'Lock', 'SV', 'BS', 'Border']
// (Kids are walked on their own; their list may stand in an object.)

function explainParts(scope: Scope, dict: PdfDict): void {
  for (const key of PARTS) explainTree(scope, dict.entries.get(key))
  explainOwn(scope, dict.entries.get('Kids'))
}

function noteSignature(scope: Scope, signature: PdfDict, name: string): void {
  note(scope, isTimeStamp(signature) ? 'document-timestamp' : 'signature', name, name)
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
  if (keys.includes('Ff') && !onlyLocks(scope, was.dict, node.dict)) return false
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
  noteStampLook(scope, signature, node)
  for (const key of keys) explainTree(scope, node.dict.entries.get(key))
  explainRewritten(scope, node)
  if (node.number !== undefined) scope.widgets.add(node.number)
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
function onlyLocks(scope: Scope, was: PdfDict, current: PdfDict): boolean {
  const old = follow(scope.before, was.entries.get('Ff')) ?? 0
  return integerOf(old) !== undefined && current.entries.get('Ff') === (Number(old) | 1)
}

/** All that was listed is still listed, in its order. */
export function onlyGrows(
  scope: Scope,
  old: PdfValue | undefined,
  current: PdfValue | undefined,
): boolean {
  const [before, after] = [itemsAt(scope.before, old), itemsAt(scope.after, current)]
  if (!is(follow(scope.after, current), 'array')) return false
  explainOwn(scope, current)
  const isKept = before.every((item, index) => sameValue(item, after[index]))
  // What stands inside of the list itself would not be looked at.
  return isKept && after.slice(before.length).every((item) => is(item, 'ref'))
}
