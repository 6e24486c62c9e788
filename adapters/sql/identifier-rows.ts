import type { Knex } from 'knex'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { identifierContext, identifierKey } from './identifier-key.ts'
import { rows } from './rows.ts'

export interface Holder {
  readonly subjectId: string
  readonly provedAt: number
}

const IN_FORCE = 'type = ? AND value_hash = ? AND retired_at IS NULL'

/** Who has this identifier now; the row stays locked until the transaction ends. */
export async function holderOf(
  trx: Knex,
  secrets: SecretBox,
  identifier: Identifier,
): Promise<Holder | undefined> {
  const { type, valueHash } = identifierKey(secrets, identifier)
  const [found] = await rows<{ subject_id: string; proved_at: string | number }>(
    trx,
    `SELECT subject_id, proved_at FROM subject_identifiers WHERE ${IN_FORCE} FOR UPDATE`,
    [type, valueHash],
  )
  return found && { subjectId: found.subject_id, provedAt: Number(found.proved_at) }
}

/** Throws a duplicate's error when somebody has it. */
export async function addIdentifier(
  trx: Knex,
  secrets: SecretBox,
  { subjectId, provedAt }: Holder,
  identifier: Identifier,
): Promise<void> {
  const { type, issuer, valueHash } = identifierKey(secrets, identifier)
  const sealed = secrets.seal(identifier.value, identifierContext(subjectId, valueHash))
  await rows(
    trx,
    `INSERT INTO subject_identifiers
       (subject_id, type, issuer, value_hash, value_sealed, proved_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [subjectId, type, issuer, valueHash, sealed, provedAt],
  )
}

export async function retireIdentifier(
  trx: Knex,
  secrets: SecretBox,
  identifier: Identifier,
  now: number,
): Promise<void> {
  const { type, valueHash } = identifierKey(secrets, identifier)
  await rows(trx, `UPDATE subject_identifiers SET retired_at = ? WHERE ${IN_FORCE}`, [
    now,
    type,
    valueHash,
  ])
}

export async function renewIdentifier(
  trx: Knex,
  secrets: SecretBox,
  identifier: Identifier,
  now: number,
): Promise<void> {
  const { type, valueHash } = identifierKey(secrets, identifier)
  await rows(trx, `UPDATE subject_identifiers SET proved_at = ? WHERE ${IN_FORCE}`, [
    now,
    type,
    valueHash,
  ])
}
