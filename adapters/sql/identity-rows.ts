import type { Knex } from 'knex'
import type { Identity, LoweredReason } from '../../src/ports/identity-store.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { rows } from './rows.ts'

/** What is sealed as one JSON value. */
type Sealed = Pick<Identity, 'identifier' | 'document' | 'personType' | 'attributes' | 'checks'>

interface IdentityRow {
  readonly identity_sealed: string
  readonly bound_at: string | number
  readonly checked_at: string | number
  readonly lowered_reason: LoweredReason | null
  readonly lowered_at: string | number | null
}

/** Binds a sealed value to its row and column. */
const contextOf = (subjectId: string) => `identities.identity_sealed:${subjectId}`

export async function readIdentity(
  knex: Knex,
  secrets: SecretBox,
  subjectId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<Identity | undefined> {
  const [row] = await rows<IdentityRow>(
    knex,
    `SELECT identity_sealed, bound_at, checked_at, lowered_reason, lowered_at
     FROM identities WHERE subject_id = ? ${lock}`,
    [subjectId],
  )
  if (row === undefined) return undefined
  const sealed = JSON.parse(secrets.open(row.identity_sealed, contextOf(subjectId))) as Sealed
  const { lowered_reason: reason, lowered_at: at } = row
  return {
    subjectId,
    ...sealed,
    boundAt: Number(row.bound_at),
    checkedAt: Number(row.checked_at),
    ...(reason === null ? {} : { lowered: { reason, at: Number(at) } }),
  }
}

/** Throws a duplicate's error when the subject is somebody already: an identity is bound once. */
export async function bindIdentity(
  knex: Knex,
  secrets: SecretBox,
  subjectId: string,
  { now, ...identity }: Sealed & { readonly now: number },
): Promise<void> {
  await rows(
    knex,
    `INSERT INTO identities (subject_id, identity_sealed, bound_at, checked_at)
     VALUES (?, ?, ?, ?)`,
    [subjectId, sealedOf(secrets, subjectId, identity), now, now],
  )
}

/** The registries said yes again: what they say now stands, and what an earlier check said against it is
 *  over. */
export async function renewIdentity(
  knex: Knex,
  secrets: SecretBox,
  subjectId: string,
  { now, ...identity }: Sealed & { readonly now: number },
): Promise<void> {
  await rows(
    knex,
    `UPDATE identities SET identity_sealed = ?, checked_at = ?, lowered_reason = NULL,
       lowered_at = NULL, told_at = NULL WHERE subject_id = ?`,
    [sealedOf(secrets, subjectId, identity), now, subjectId],
  )
}

function sealedOf(
  secrets: SecretBox,
  subjectId: string,
  { identifier, document, personType, attributes, checks }: Sealed,
): string {
  const sealed: Sealed = { identifier, document, personType, attributes, checks }
  return secrets.seal(JSON.stringify(sealed), contextOf(subjectId))
}

/** False when it was lowered already, or there is nothing to lower. */
export async function lowerIdentity(
  knex: Knex,
  subjectId: string,
  reason: LoweredReason,
  at: number,
): Promise<boolean> {
  const changed = await rows(
    knex,
    `UPDATE identities SET lowered_reason = ?, lowered_at = ?
     WHERE subject_id = ? AND lowered_at IS NULL RETURNING subject_id`,
    [reason, at, subjectId],
  )
  return changed.length > 0
}
