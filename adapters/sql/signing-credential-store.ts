import type { Knex } from 'knex'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { RevocationReason } from '../../src/ports/revocation-checker.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import type {
  SigningCredential,
  SigningCredentialStore,
} from '../../src/ports/signing-credential-store.ts'
import { noteForCitizen } from './citizen-notices.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { rows } from './rows.ts'

interface Row {
  readonly id: string
  readonly subject_id: string
  readonly content_sealed: string
  readonly created_at: string | number
  readonly expires_at: string | number
  readonly revoked_at: string | number | null
  readonly revoked_reason: RevocationReason | null
}

type Content = Pick<SigningCredential, 'keyId' | 'alg' | 'protection' | 'passkeys'> & {
  readonly chain: readonly string[]
}

const COLUMNS = `id, subject_id, content_sealed, created_at, expires_at, revoked_at, revoked_reason`
const contextOf = (id: string) => `signing_credentials.content_sealed:${id}`

export function signingCredentialStore({
  knex,
  secrets,
}: {
  readonly knex: Knex
  readonly secrets: SecretBox
}): SigningCredentialStore {
  const seal = (id: string, content: Content) =>
    secrets.seal(JSON.stringify(content), contextOf(id))

  function contentOf({ id, content_sealed: sealed }: Row): Content {
    return JSON.parse(secrets.open(sealed, contextOf(id))) as Content
  }

  function credentialOf(row: Row): SigningCredential {
    const { chain, ...content } = contentOf(row)
    const { revoked_at: at, revoked_reason: reason } = row
    return {
      id: row.id,
      subjectId: row.subject_id,
      ...content,
      certificateChain: chain.map((der) => Uint8Array.from(Buffer.from(der, 'base64'))),
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
      ...(at === null ? {} : { revoked: { at: Number(at), reason: reason ?? 'unspecified' } }),
    }
  }

  async function record(trx: Knex, events: readonly ServiceEvent[]): Promise<void> {
    if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
  }

  return {
    async add(credential, events, notice) {
      const { id, subjectId, certificateChain, createdAt, expiresAt, ...rest } = credential
      const { keyId, alg, protection, passkeys } = rest
      const chain = certificateChain.map((der) => Buffer.from(der).toString('base64'))
      await knex.transaction(async (trx) => {
        await rows(
          trx,
          `INSERT INTO signing_credentials
             (id, subject_id, content_sealed, created_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
          [
            id,
            subjectId,
            seal(id, { keyId, alg, protection, passkeys, chain }),
            createdAt,
            expiresAt,
          ],
        )
        await record(trx, events)
        await noteForCitizen(trx, notice)
      })
    },
    async find(id) {
      const [row] = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signing_credentials WHERE id = ?`,
        [id],
      )
      return row && credentialOf(row)
    },
    async ofSubject(subjectId) {
      const found = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signing_credentials WHERE subject_id = ? ORDER BY created_at DESC, id`,
        [subjectId],
      )
      return found.map(credentialOf)
    },
    bindPasskey: (id, passkey, events) =>
      knex.transaction(async (trx) => {
        const [row] = await rows<Row>(
          trx,
          `SELECT ${COLUMNS} FROM signing_credentials
           WHERE id = ? AND revoked_at IS NULL FOR UPDATE`,
          [id],
        )
        if (row === undefined) return false
        const content = contentOf(row)
        if (content.passkeys.includes(passkey)) return true
        const sealed = seal(id, { ...content, passkeys: [...content.passkeys, passkey] })
        await rows(trx, 'UPDATE signing_credentials SET content_sealed = ? WHERE id = ?', [
          sealed,
          id,
        ])
        await record(trx, events)
        return true
      }),
    revoke: (id, { at, reason }, events, notice) =>
      knex.transaction(async (trx) => {
        const revoked = await rows(
          trx,
          `UPDATE signing_credentials SET revoked_at = ?, revoked_reason = ?
           WHERE id = ? AND revoked_at IS NULL RETURNING 1`,
          [at, reason, id],
        )
        if (revoked.length === 0) return false
        await record(trx, events)
        await noteForCitizen(trx, notice)
        return true
      }),
    async untold(most) {
      const found = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signing_credentials
         WHERE revoked_at IS NOT NULL AND told_at IS NULL ORDER BY random() LIMIT ?`,
        [most],
      )
      return found.map(credentialOf)
    },
    told: (id, at, events) =>
      knex.transaction(async (trx) => {
        const told = await rows(
          trx,
          `UPDATE signing_credentials SET told_at = ?
           WHERE id = ? AND revoked_at IS NOT NULL AND told_at IS NULL RETURNING 1`,
          [at, id],
        )
        if (told.length > 0) await record(trx, events)
      }),
  }
}
