import type { Knex } from 'knex'
import type { ArtifactPayload, ArtifactStore } from '../../src/ports/artifact-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import {
  digestOf,
  openArtifact,
  sealArtifact,
  shared,
  text,
} from '../../src/sealing/artifact-envelope.ts'
import { rows } from './rows.ts'

interface ArtifactRow {
  readonly id_hash: string
  readonly model: string
  readonly payload_sealed: string
  readonly consumed_at: string | number | null
  readonly expires_at: string | number | null
}

const COLUMNS = 'id_hash, model, payload_sealed, consumed_at, expires_at'
/** Rows outlive their time until they are swept. */
const IN_FORCE = '(expires_at IS NULL OR expires_at > ?)'
const INDEXES = { uid: 'uid_hash', userCode: 'user_code_hash' } as const

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
}

export function artifactStore({ knex, secrets, clock }: Needs): ArtifactStore {
  const userCodeHash = (code: string) => secrets.fingerprint(code, 'user_code')

  const asked = shared(async (idHash: string) => {
    const [row] = await rows<ArtifactRow>(
      knex,
      `SELECT ${COLUMNS} FROM artifacts WHERE id_hash = ?`,
      [idHash],
    )
    return row
  })

  function opened(row: ArtifactRow | undefined, model: string): ArtifactPayload | undefined {
    if (row === undefined || row.model !== model) return undefined
    if (row.expires_at !== null && Number(row.expires_at) <= clock.now()) return undefined
    const payload = openArtifact(secrets, model, row.id_hash, row.payload_sealed)
    if (row.consumed_at === null) return payload
    return { ...payload, consumed: Math.floor(Number(row.consumed_at) / 1000) }
  }

  return {
    async put(model, id, payload, ttlSeconds) {
      const [idHash, grantId] = [digestOf(id), text(payload, 'grantId')]
      const [uid, userCode] = [text(payload, 'uid'), text(payload, 'userCode')]
      await rows(
        knex,
        // What was spent stays spent, whoever saves it again; what has expired is not there.
        `INSERT INTO artifacts
           (id_hash, model, payload_sealed, grant_hash, uid_hash, user_code_hash, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id_hash) DO UPDATE SET
           payload_sealed = excluded.payload_sealed, grant_hash = excluded.grant_hash,
           uid_hash = excluded.uid_hash, user_code_hash = excluded.user_code_hash,
           expires_at = excluded.expires_at,
           consumed_at = CASE WHEN artifacts.expires_at <= ? THEN NULL
                              ELSE artifacts.consumed_at END`,
        [
          idHash,
          model,
          sealArtifact(secrets, model, idHash, payload),
          grantId === undefined ? null : digestOf(grantId),
          uid === undefined ? null : digestOf(uid),
          userCode === undefined ? null : userCodeHash(userCode),
          ttlSeconds === undefined ? null : clock.now() + ttlSeconds * 1000,
          clock.now(),
        ],
      )
      asked.forget(idHash)
    },

    async get(model, id) {
      return opened(await asked.read(digestOf(id)), model)
    },

    async getBy(model, index, value) {
      const [row] = await rows<ArtifactRow>(
        knex,
        `SELECT ${COLUMNS} FROM artifacts WHERE ${INDEXES[index]} = ? AND model = ? AND ${IN_FORCE}`,
        [index === 'uid' ? digestOf(value) : userCodeHash(value), model, clock.now()],
      )
      return opened(row, model)
    },

    async consume(model, id) {
      const idHash = digestOf(id)
      const spent = await rows(
        knex,
        `UPDATE artifacts SET consumed_at = ?
         WHERE id_hash = ? AND model = ? AND consumed_at IS NULL AND ${IN_FORCE}
         RETURNING id_hash`,
        [clock.now(), idHash, model, clock.now()],
      )
      asked.forget(idHash)
      return spent.length === 1
    },

    async remove(model, id) {
      const idHash = digestOf(id)
      await rows(knex, 'DELETE FROM artifacts WHERE id_hash = ? AND model = ?', [idHash, model])
      asked.forget(idHash)
    },

    async revokeGrant(grantId) {
      const hash = digestOf(grantId)
      const gone = await rows<{ id_hash: string }>(
        knex,
        'DELETE FROM artifacts WHERE grant_hash = ? OR id_hash = ? RETURNING id_hash',
        [hash, hash],
      )
      for (const { id_hash } of gone) asked.forget(id_hash)
    },
  }
}
