import type { Knex } from 'knex'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type {
  Seal,
  SealEnd,
  SealOwner,
  SealRequest,
  SealStore,
} from '../../src/ports/seal-store.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { rows } from './rows.ts'

interface Row {
  readonly id: string
  readonly owner: SealOwner
  readonly content_sealed: string
  readonly created_at: string | number
  readonly expires_at: string | number
  readonly ended_at: string | number | null
  readonly ended_reason: SealEnd | null
}

type Content = Pick<Seal, 'organization' | 'keyId' | 'alg' | 'protection'> & {
  readonly chain: readonly string[]
}

type RequestRow = Pick<Row, 'id' | 'owner' | 'content_sealed' | 'created_at'>
type RequestContent = Pick<Seal, 'organization' | 'keyId' | 'alg' | 'protection'> & {
  readonly publicKey: string
  readonly request: string
}

const COLUMNS = 'id, owner, content_sealed, created_at, expires_at, ended_at, ended_reason'
const contextOf = (id: string) => `seals.content_sealed:${id}`
const requestContextOf = (id: string) => `seal_requests.content_sealed:${id}`
const MOST = 10_000

/** Somebody else was faster: what this transaction did is undone. */
class Outrun extends Error {}

export function sealStore({
  knex,
  secrets,
}: {
  readonly knex: Knex
  readonly secrets: SecretBox
}): SealStore {
  function contentOf({ organization, keyId, alg, protection, certificateChain }: Seal): Content {
    const chain = certificateChain.map((der) => Buffer.from(der).toString('base64'))
    return { organization, keyId, alg, protection, chain }
  }

  function sealOf(row: Row): Seal {
    const { id, owner, ended_at: at, ended_reason: reason } = row
    const opened = JSON.parse(secrets.open(row.content_sealed, contextOf(id))) as Content
    const { chain, ...content } = opened
    return {
      ...{ id, owner, ...content },
      certificateChain: chain.map((der) => Uint8Array.from(Buffer.from(der, 'base64'))),
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
      ...(at === null ? {} : { ended: { at: Number(at), reason: reason ?? 'unspecified' } }),
    }
  }

  const found = async (sql: string, bindings: readonly (string | number)[]) =>
    (await rows<Row>(knex, `SELECT ${COLUMNS} FROM seals ${sql}`, bindings)).map(sealOf)

  async function record(trx: Knex, events: readonly ServiceEvent[]): Promise<void> {
    if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
  }

  async function ended(trx: Knex, id: string, { at, reason }: NonNullable<Seal['ended']>) {
    const touched = await rows(
      trx,
      `UPDATE seals SET ended_at = ?, ended_reason = ?
       WHERE id = ? AND ended_at IS NULL RETURNING 1`,
      [at, reason, id],
    )
    return touched.length > 0
  }

  async function added(trx: Knex, seal: Seal): Promise<boolean> {
    const { id, owner, createdAt, expiresAt } = seal
    const content = secrets.seal(JSON.stringify(contentOf(seal)), contextOf(id))
    const made = await rows(
      trx,
      `INSERT INTO seals (id, owner, content_sealed, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (owner) WHERE ended_at IS NULL DO NOTHING RETURNING 1`,
      [id, owner, content, createdAt, expiresAt],
    )
    return made.length > 0
  }

  function requestSealed({ id, organization, keyId, alg, protection, ...rest }: SealRequest) {
    const { publicKey, request } = rest
    const content: RequestContent = {
      ...{ organization, keyId, alg, protection },
      publicKey: Buffer.from(publicKey).toString('base64'),
      request: Buffer.from(request).toString('base64'),
    }
    return secrets.seal(JSON.stringify(content), requestContextOf(id))
  }

  function requestOf({ id, owner, content_sealed: sealed, created_at: at }: RequestRow) {
    const { publicKey, request, ...content } = JSON.parse(
      secrets.open(sealed, requestContextOf(id)),
    ) as RequestContent
    return {
      ...{ id, owner, ...content },
      publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64')),
      request: Uint8Array.from(Buffer.from(request, 'base64')),
      createdAt: Number(at),
    }
  }

  return {
    async add(seal, replaces, events) {
      try {
        await knex.transaction(async (trx) => {
          const end = { at: seal.createdAt, reason: 'renewed' } as const
          if (replaces !== undefined && !(await ended(trx, replaces, end))) throw new Outrun()
          if (!(await added(trx, seal))) throw new Outrun()
          await rows(trx, 'DELETE FROM seal_requests WHERE owner = ?', [seal.owner])
          await record(trx, events)
        })
        return true
      } catch (error) {
        if (error instanceof Outrun) return false
        throw error
      }
    },
    async inForce(owner) {
      const [seal] = await found('WHERE owner = ? AND ended_at IS NULL', [owner])
      return seal
    },
    list: (which) =>
      found(
        `${which === 'in_force' ? 'WHERE ended_at IS NULL' : ''} ORDER BY created_at DESC, id LIMIT ?`,
        [MOST],
      ),
    end: (id, end, events) =>
      knex.transaction(async (trx) => {
        if (!(await ended(trx, id, end))) return false
        await record(trx, events)
        return true
      }),
    untold: (most) =>
      found('WHERE ended_at IS NOT NULL AND told_at IS NULL ORDER BY random() LIMIT ?', [most]),
    told: (id, at, events) =>
      knex.transaction(async (trx) => {
        const told = await rows(
          trx,
          `UPDATE seals SET told_at = ?
           WHERE id = ? AND ended_at IS NOT NULL AND told_at IS NULL RETURNING 1`,
          [at, id],
        )
        if (told.length > 0) await record(trx, events)
      }),
    async requested(owner) {
      const [row] = await rows<RequestRow>(
        knex,
        'SELECT id, owner, content_sealed, created_at FROM seal_requests WHERE owner = ?',
        [owner],
      )
      return row && requestOf(row)
    },
    async remember(request) {
      const { id, owner, createdAt } = request
      const made = await rows(
        knex,
        `INSERT INTO seal_requests (id, owner, content_sealed, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (owner) DO NOTHING RETURNING 1`,
        [id, owner, requestSealed(request), createdAt],
      )
      return made.length > 0
    },
    async forget(id) {
      await rows(knex, 'DELETE FROM seal_requests WHERE id = ?', [id])
    },
  }
}
