import { integerOf, nameOf, textOf, type PdfDict } from '../../pdf/values.ts'
import type { Change, ChangeKind } from './change.ts'
import { dictAt, follow, itemsAt, rootOf, type DocumentState } from './state.ts'

/** What a signature lets others do afterwards (ISO 32000-2 sections 12.8.2.2 and 12.8.2.4). */
export interface Permissions {
  /** /P of DocMDP, or of the field's /Lock. Undefined: the signer said nothing. */
  readonly level?: 1 | 2 | 3
  /** Does a later change to this field break the signature? By full name. */
  locks(field: string): boolean
}

const NOTHING_LOCKED = () => false
const ALL_LOCKED = () => true

/** What the signature itself says, by its /Reference and by the /Lock of its field. */
export function permissionsOf(
  state: DocumentState,
  signature: PdfDict,
  field: PdfDict | undefined,
): Permissions {
  const references = itemsAt(state, signature.entries.get('Reference'))
  const transforms = references.flatMap((item) => dictAt(state, item) ?? [])
  const lock = dictAt(state, field?.entries.get('Lock'))
  const parameters = (method: string) =>
    transforms
      .filter((one) => nameOf(follow(state, one.entries.get('TransformMethod'))) === method)
      .map((one) => dictAt(state, one.entries.get('TransformParams')))
  const certified = parameters('DocMDP').map((one) => levelOf(one) ?? 2)
  const locks = [
    ...parameters('FieldMDP').map((one) => (one ? lockOf(state, one) : ALL_LOCKED)),
    lock ? lockOf(state, lock) : NOTHING_LOCKED,
  ]
  const levels = [...certified, levelOf(lock)].filter((level) => level !== undefined)
  return {
    level: levels.length === 0 ? undefined : least(levels),
    locks: (name) => locks.some((isLocked) => isLocked(name)),
  }
}

const least = (levels: readonly (1 | 2 | 3)[]) => levels.toSorted()[0]

/** Anything but the three levels is the strictest one. */
function levelOf(parameters: PdfDict | undefined): 1 | 2 | 3 | undefined {
  const value = parameters?.entries.get('P')
  if (value === undefined) return undefined
  const level = integerOf(value)
  return level === 2 || level === 3 ? level : 1
}

/** Anything but a list of names locks all. */
function lockOf(state: DocumentState, parameters: PdfDict): (field: string) => boolean {
  const action = nameOf(follow(state, parameters.entries.get('Action')))
  const given = itemsAt(state, parameters.entries.get('Fields'))
  const names = given.flatMap((one) => textOf(follow(state, one)) ?? [])
  if (names.length < given.length) return ALL_LOCKED
  const isNamed = (field: string) =>
    names.some((name) => field === name || field.startsWith(`${name}.`))
  if (action === 'Include') return isNamed
  if (action === 'Exclude') return (field) => !isNamed(field)
  return ALL_LOCKED
}

/** The signature that certifies the document, which binds all that comes after it. */
export function certifyingSignature(state: DocumentState): PdfDict | undefined {
  const permissions = dictAt(state, rootOf(state)?.entries.get('Perms'))
  return dictAt(state, permissions?.entries.get('DocMDP'))
}

/** `unsaid`: the signer neither allowed nor forbade it, and a form's value is part of what was signed. */
export type Ruling = 'allowed' | 'unsaid' | 'forbidden'

const ALWAYS: ReadonlySet<ChangeKind> = new Set([
  'validation-data',
  'document-timestamp',
  'extensions',
  'field-lock',
  'unreferenced',
])

export function rule(change: Change, { level, locks }: Permissions): Ruling {
  const { kind, field } = change
  if (ALWAYS.has(kind)) return 'allowed'
  if (kind === 'unexplained' || level === 1) return 'forbidden'
  if (kind === 'form-value') {
    if (locks(field ?? '')) return 'forbidden'
    return level === undefined ? 'unsaid' : 'allowed'
  }
  if (kind === 'annotation') return level === 3 ? 'allowed' : 'forbidden'
  return 'allowed'
}
