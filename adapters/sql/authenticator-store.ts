import type { Knex } from 'knex'
import { PanjerehError } from '../../src/errors.ts'
import type { AuthenticatorStore, Passkey } from '../../src/ports/authenticator-store.ts'
import { isDuplicate, rows } from './rows.ts'

interface PasskeyRow {
  credential_id: string
  subject_id: string
  public_key: string
  counter: string | number
  transports: string[]
  is_backed_up: boolean
  created_at: string | number
  last_used_at: string | number | null
}

const COLUMNS = `credential_id, subject_id, public_key, counter, transports, is_backed_up,
  created_at, last_used_at`

export function authenticatorStore({ knex }: { knex: Knex }): AuthenticatorStore {
  return {
    async add(passkey) {
      try {
        await insert(knex, passkey)
      } catch (cause) {
        if (!isDuplicate(cause)) throw cause
        // WebAuthn Level 3, 7.1: a credential id is registered once, for one subject.
        throw new PanjerehError('state_conflict', 'this passkey is known already', { cause })
      }
    },
    async find(credentialId) {
      const [row] = await rows<PasskeyRow>(
        knex,
        `SELECT ${COLUMNS} FROM authenticators WHERE credential_id = ?`,
        [credentialId],
      )
      return row && passkeyOf(row)
    },
    async ofSubject(subjectId) {
      const found = await rows<PasskeyRow>(
        knex,
        `SELECT ${COLUMNS} FROM authenticators WHERE subject_id = ? ORDER BY created_at`,
        [subjectId],
      )
      return found.map(passkeyOf)
    },
    async used(credentialId, counter, at) {
      // WebAuthn Level 3, 7.2: a counter must rise, unless the authenticator keeps none (zero).
      const updated = await rows(
        knex,
        `UPDATE authenticators SET counter = ?, last_used_at = ?
         WHERE credential_id = ? AND (counter < ? OR (counter = 0 AND ?::bigint = 0)) RETURNING 1`,
        [counter, at, credentialId, counter, counter],
      )
      return updated.length === 1
    },
    async remove(subjectId, credentialId) {
      await rows(knex, 'DELETE FROM authenticators WHERE credential_id = ? AND subject_id = ?', [
        credentialId,
        subjectId,
      ])
    },
  }
}

async function insert(knex: Knex, passkey: Passkey): Promise<void> {
  await rows(
    knex,
    `INSERT INTO authenticators (${COLUMNS}) VALUES (?, ?, ?, ?, ?::jsonb, ?, ?, ?)`,
    [
      passkey.credentialId,
      passkey.subjectId,
      passkey.publicKey,
      passkey.counter,
      JSON.stringify(passkey.transports),
      passkey.isBackedUp,
      passkey.createdAt,
      passkey.lastUsedAt ?? null,
    ],
  )
}

function passkeyOf(row: PasskeyRow): Passkey {
  return {
    credentialId: row.credential_id,
    subjectId: row.subject_id,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: row.transports,
    isBackedUp: row.is_backed_up,
    createdAt: Number(row.created_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: Number(row.last_used_at) }),
  }
}
