import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import {
  FINAL_STATES,
  type SignatureRequest,
  type SignatureRequestState,
  type SignatureRequestStore,
} from '../../src/ports/signature-request-store.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { rows } from './rows.ts'
import { noteEnd } from './webhook-notices.ts'

interface Row {
  readonly id: string
  readonly client_id: string
  readonly state: SignatureRequestState
  readonly content_sealed: string
  readonly version: number
  readonly created_at: string | number
  readonly expires_at: string | number
}

type Fixed = 'id' | 'clientId' | 'state' | 'version' | 'createdAt' | 'expiresAt'
type Content = Omit<SignatureRequest, Fixed>

const contextOf = (id: string) => `signature_requests.content_sealed:${id}`

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
}

const COLUMNS = 'id, client_id, state, content_sealed, version, created_at, expires_at'

export function signatureRequestStore({
  knex,
  secrets,
  clock,
  random,
}: Needs): SignatureRequestStore {
  function sealed({ id, documents, signers, profile, purpose, ...rest }: Content & { id: string }) {
    const { appearance, seal, webhook } = rest
    const content = { documents, signers, profile, purpose, appearance, seal, webhook }
    return secrets.seal(JSON.stringify(content satisfies Content), contextOf(id))
  }

  async function record(trx: Knex, events: readonly ServiceEvent[]): Promise<void> {
    if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
  }

  function requestOf(row: Row): SignatureRequest {
    return {
      ...(JSON.parse(secrets.open(row.content_sealed, contextOf(row.id))) as Content),
      id: row.id,
      clientId: row.client_id,
      state: row.state,
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
      version: row.version,
    }
  }

  return {
    async add(request, events) {
      const { id, clientId, state, createdAt, expiresAt } = request
      await knex.transaction(async (trx) => {
        await rows(
          trx,
          `INSERT INTO signature_requests
             (id, client_id, state, content_sealed, version, created_at, expires_at)
           VALUES (?, ?, ?, ?, 1, ?, ?)`,
          [id, clientId, state, sealed(request), createdAt, expiresAt],
        )
        await record(trx, events)
      })
    },
    async find(id) {
      const [row] = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signature_requests WHERE id = ?`,
        [id],
      )
      return row && requestOf(row)
    },
    save: (request, events) =>
      knex.transaction(async (trx) => {
        const { id, state, version, expiresAt } = request
        const saved = await rows(
          trx,
          `UPDATE signature_requests
           SET state = ?, content_sealed = ?, expires_at = ?, version = version + 1
           WHERE id = ? AND version = ? RETURNING 1`,
          [state, sealed(request), expiresAt, id, version],
        )
        if (saved.length === 0) return undefined
        await record(trx, events)
        if (FINAL_STATES.includes(state)) await noteEnd(trx, request, random.uuid(), clock.now())
        return { ...request, version: version + 1 }
      }),
    async ofClient({ clientId, state, after, most }) {
      const found = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signature_requests
         WHERE client_id = ? AND (?::text IS NULL OR state = ?)
           AND (?::bigint IS NULL OR (created_at, id) < (?, ?::uuid))
         ORDER BY created_at DESC, id DESC LIMIT ?`,
        [
          ...[clientId, state ?? null, state ?? null],
          ...[after?.createdAt ?? null, after?.createdAt ?? null, after?.id ?? null],
          most,
        ],
      )
      return found.map(requestOf)
    },
    async outlived(before, most) {
      const found = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signature_requests
         WHERE state NOT IN ('open', 'ready') AND expires_at < ? ORDER BY expires_at LIMIT ?`,
        [before, most],
      )
      return found.map(requestOf)
    },
    remove: (id, events) =>
      knex.transaction(async (trx) => {
        const removed = await rows(
          trx,
          `DELETE FROM signature_requests
           WHERE id = ? AND state NOT IN ('open', 'ready') RETURNING 1`,
          [id],
        )
        if (removed.length > 0) await record(trx, events)
        return removed.length > 0
      }),
    async overdue(most) {
      const found = await rows<Row>(
        knex,
        `SELECT ${COLUMNS} FROM signature_requests
         WHERE state IN ('open', 'ready') AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
        [clock.now(), most],
      )
      return found.map(requestOf)
    },
  }
}
