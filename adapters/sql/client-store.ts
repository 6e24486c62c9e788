import type { Knex } from 'knex'
import type { ClientMetadata, ClientStore } from '../../src/ports/client-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
}

interface ClientRow {
  client_id: string
  metadata_sealed: string
}

interface Found {
  readonly sealed: string
  readonly metadata: ClientMetadata
}

interface Cached {
  readonly found: Promise<Found | undefined>
  readonly until: number
}

const MOST_CACHED = 2_000

/** Every request names a client: what was read is kept for `cacheMs`. Another process's change is
 *  seen after that time, one's own at once. */
export function clientStore(
  { knex, secrets, clock }: Needs,
  { cacheMs = 5_000 }: { readonly cacheMs?: number } = {},
): ClientStore {
  const cache = new Map<string, Cached>()

  async function read(clientId: string, before: Cached | undefined): Promise<Found | undefined> {
    const [row] = await rows<ClientRow>(
      knex,
      'SELECT client_id, metadata_sealed FROM clients WHERE client_id = ?',
      [clientId],
    )
    if (row === undefined) return undefined
    const known = await before?.found.catch(() => undefined)
    if (known?.sealed === row.metadata_sealed) return known
    return { sealed: row.metadata_sealed, metadata: parsed(secrets, row) }
  }
  function remember(clientId: string): Promise<Found | undefined> {
    const found = read(clientId, cache.get(clientId))
    const entry: Cached = { found, until: clock.now() + cacheMs }
    const forget = () => {
      if (cache.get(clientId) === entry) cache.delete(clientId)
    }
    // Ids that nobody has are not kept: strangers would fill the memory with them.
    found.then((one) => one ?? forget(), forget)
    const [oldest] = cache.keys()
    if (oldest !== undefined && cache.size >= MOST_CACHED) cache.delete(oldest)
    cache.delete(clientId)
    cache.set(clientId, entry)
    return found
  }

  return {
    async find(clientId) {
      const held = cache.get(clientId)
      const fresh = held && held.until > clock.now()
      return (await (fresh ? held.found : remember(clientId)))?.metadata
    },
    async put(client) {
      const sealed = secrets.seal(JSON.stringify(client), contextOf(client.client_id))
      await rows(
        knex,
        `INSERT INTO clients (client_id, metadata_sealed, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (client_id) DO UPDATE
         SET metadata_sealed = excluded.metadata_sealed, updated_at = excluded.updated_at`,
        [client.client_id, sealed, clock.now()],
      )
      cache.delete(client.client_id)
    },
    async remove(clientId) {
      await rows(knex, 'DELETE FROM clients WHERE client_id = ?', [clientId])
      cache.delete(clientId)
    },
    async count() {
      const [row] = await rows<{ n: string | number }>(knex, 'SELECT count(*) AS n FROM clients')
      return Number(row?.n ?? 0)
    },
    async list() {
      const found = await rows<ClientRow>(
        knex,
        'SELECT client_id, metadata_sealed FROM clients ORDER BY client_id',
      )
      return found.map((row) => parsed(secrets, row))
    },
  }
}

function contextOf(clientId: string): string {
  return `clients.metadata_sealed:${clientId}`
}

/** Frozen: callers share it, and know by its identity that nothing has changed. */
function parsed(secrets: SecretBox, row: ClientRow): ClientMetadata {
  const text = secrets.open(row.metadata_sealed, contextOf(row.client_id))
  return frozen(JSON.parse(text) as ClientMetadata)
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
