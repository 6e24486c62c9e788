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

interface Cached {
  readonly text: Promise<string | undefined>
  readonly until: number
}

const MOST_CACHED = 1_000

/** Every request names a client: what was read is kept for `cacheMs`. Another process's change is
 *  seen after that time, one's own at once. */
export function clientStore(
  { knex, secrets, clock }: Needs,
  { cacheMs = 5_000 }: { readonly cacheMs?: number } = {},
): ClientStore {
  const cache = new Map<string, Cached>()

  async function read(clientId: string): Promise<string | undefined> {
    const [row] = await rows<ClientRow>(
      knex,
      'SELECT client_id, metadata_sealed FROM clients WHERE client_id = ?',
      [clientId],
    )
    return row && opened(secrets, row)
  }
  function remember(clientId: string): Promise<string | undefined> {
    const entry: Cached = { text: read(clientId), until: clock.now() + cacheMs }
    const forget = () => {
      if (cache.get(clientId) === entry) cache.delete(clientId)
    }
    // Ids that nobody has are not kept: strangers would fill the memory with them.
    entry.text.then((text) => text ?? forget(), forget)
    const [oldest] = cache.keys()
    if (oldest !== undefined && cache.size >= MOST_CACHED) cache.delete(oldest)
    cache.delete(clientId)
    cache.set(clientId, entry)
    return entry.text
  }

  return {
    async find(clientId) {
      const held = cache.get(clientId)
      const text = await (held && held.until > clock.now() ? held.text : remember(clientId))
      // Parsed anew for each caller: what one changes, the next must not see.
      return text === undefined ? undefined : (JSON.parse(text) as ClientMetadata)
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
    async list() {
      const found = await rows<ClientRow>(
        knex,
        'SELECT client_id, metadata_sealed FROM clients ORDER BY client_id',
      )
      return found.map((row) => JSON.parse(opened(secrets, row)) as ClientMetadata)
    },
  }
}

function contextOf(clientId: string): string {
  return `clients.metadata_sealed:${clientId}`
}

function opened(secrets: SecretBox, row: ClientRow): string {
  return secrets.open(row.metadata_sealed, contextOf(row.client_id))
}
