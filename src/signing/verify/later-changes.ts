import type { PdfDict } from '../pdf/values.ts'
import { formNodes } from './changes/fields.ts'
import type { Change, ChangeKind } from './changes/change.ts'
import {
  certifyingSignature,
  permissionsOf,
  rule,
  type Permissions,
} from './changes/permissions.ts'
import { dictAt, type DocumentState } from './changes/state.ts'
import { failed, passed, type Check } from './check.ts'
import type { SignedDocument } from './document.ts'
import type { FoundSignature } from './found-signature.ts'
import type { Coverage } from './report.ts'

export interface LaterChanges {
  readonly changes: readonly Change[]
  readonly checks: readonly Check[]
  readonly coverage: Coverage
}

/** What was done to the document after the revision that a signature signs, and whether it may be. */
export function laterChanges(
  document: SignedDocument,
  { dict, field }: FoundSignature,
  revision: number,
): LaterChanges {
  const later = document.states.slice(revision + 1)
  const all = later.flatMap((_, index) => document.changesIn(revision + 1 + index))
  const changes = all.filter(
    (change, index) => all.findIndex((one) => isSame(one, change)) === index,
  )
  const state = document.states[revision]
  const permissions = state === undefined ? NONE : permitted(state, dict, field)
  return { changes, checks: ruled(changes, permissions), coverage: coverageOf(changes) }
}

const NONE: Permissions = { level: 1, locks: () => true }

const isSame = (one: Change, other: Change) =>
  one.kind === other.kind && one.at === other.at && one.field === other.field

/** What this signature says, and below it what the certification of the document says. */
function permitted(state: DocumentState, dict: PdfDict, name: string): Permissions {
  const nodes = formNodes(state)
  const node = nodes.find(
    (one) => one.name === name && one.type === 'Sig' && isSigned(state, one.dict, dict),
  )
  const own = permissionsOf(state, dict, node?.dict)
  const certifying = certifyingSignature(state)
  if (certifying === undefined || certifying.start === dict.start) return own
  // Who permits more by what no field holds has signed nothing.
  const isHeld = nodes.some((one) => one.type === 'Sig' && isSigned(state, one.dict, certifying))
  const { level } = isHeld ? permissionsOf(state, certifying, undefined) : NONE
  // Nobody else permits comments on what this signer signed.
  return { ...own, level: stricter(own.level ?? 2, level) }
}

const isSigned = (state: DocumentState, field: PdfDict, dict: PdfDict) =>
  dictAt(state, field.entries.get('V'))?.start === dict.start

type Level = Permissions['level']

const stricter = (one: Level, other: Level): Level =>
  one === undefined ? other : other === undefined || one < other ? one : other

function ruled(changes: readonly Change[], permissions: Permissions): readonly Check[] {
  const having = (wanted: string) =>
    changes.filter((change) => rule(change, permissions) === wanted)
  const unexplained = changes.filter(({ kind }) => kind === 'unexplained')
  const forbidden = having('forbidden').filter(({ kind }) => kind !== 'unexplained')
  const unsaid = having('unsaid')
  return [
    unexplained.length === 0
      ? passed('later-revisions')
      : failed('later-revisions', `a later revision changed ${listed(unexplained)}`),
    forbidden.length === 0
      ? passed('permissions')
      : failed('permissions', `the signer does not permit: ${listed(forbidden)}`),
    unsaid.length === 0
      ? passed('form-values')
      : failed('form-values', `values of the form changed: ${listed(unsaid)}`),
  ]
}

function listed(changes: readonly Change[]): string {
  const said = changes
    .slice(0, 5)
    .map(({ kind, at }) => (kind === 'unexplained' ? at : `${kind} (${at})`))
  return said.join(', ') + (changes.length > 5 ? ` and ${changes.length - 5} more` : '')
}

const PRESERVING: readonly ChangeKind[] = [
  'validation-data',
  'document-timestamp',
  'extensions',
  'unreferenced',
]
const SIGNING: readonly ChangeKind[] = [
  ...PRESERVING,
  'signature',
  'signature-field',
  'field-lock',
  'metadata',
]

function coverageOf(changes: readonly Change[]): Coverage {
  const isAll = (kinds: readonly ChangeKind[]) => changes.every(({ kind }) => kinds.includes(kind))
  if (changes.length === 0) return 'whole'
  if (isAll(PRESERVING)) return 'extended'
  return isAll(SIGNING) ? 'signed-further' : 'changed'
}
