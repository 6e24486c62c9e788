import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import type { StepStore } from '../../src/ports/step-store.ts'
import { digestOf } from '../../src/sealing/artifact-envelope.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
}

export function stepStore({ knex, secrets, clock }: Needs): StepStore {
  const contextOf = (uidHash: string) => `step:${uidHash}`

  return {
    async load(uid) {
      const uidHash = digestOf(uid)
      const [row] = await rows<{ version: number; value_sealed: string }>(
        knex,
        'SELECT version, value_sealed FROM steps WHERE uid_hash = ? AND expires_at > ?',
        [uidHash, clock.now()],
      )
      if (row === undefined) return undefined
      const value: unknown = JSON.parse(secrets.open(row.value_sealed, contextOf(uidHash)))
      return { version: row.version, value }
    },

    async save(uid, value, version, ttlSeconds) {
      const uidHash = digestOf(uid)
      const sealed = secrets.seal(JSON.stringify(value), contextOf(uidHash))
      const now = clock.now()
      const expiresAt = now + ttlSeconds * 1000
      const saved =
        version === undefined
          ? await rows(
              knex,
              `INSERT INTO steps (uid_hash, version, value_sealed, expires_at) VALUES (?, 1, ?, ?)
               ON CONFLICT (uid_hash) DO UPDATE SET version = 1, value_sealed = excluded.value_sealed,
                 expires_at = excluded.expires_at
               WHERE steps.expires_at <= ? RETURNING uid_hash`,
              [uidHash, sealed, expiresAt, now],
            )
          : await rows(
              knex,
              `UPDATE steps SET version = version + 1, value_sealed = ?, expires_at = ?
               WHERE uid_hash = ? AND version = ? AND expires_at > ? RETURNING uid_hash`,
              [sealed, expiresAt, uidHash, version, now],
            )
      return saved.length === 1
    },

    async remove(uid) {
      await rows(knex, 'DELETE FROM steps WHERE uid_hash = ?', [digestOf(uid)])
    },
  }
}
