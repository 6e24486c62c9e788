import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { ClientLogos, LogoType } from '../../src/ports/client-logos.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { rows } from './rows.ts'

interface LogoRow {
  type: LogoType
  body_base64: string
}

interface Known {
  readonly until: number
  readonly hashes: Promise<ReadonlyMap<string, string>>
}

/** Every page of an interaction asks for a hash, and logos change seldom: all of the hashes are kept for
 *  `cacheMs`. Another process's change is seen after that time, one's own at once. */
export function clientLogos(
  { knex, clock }: { readonly knex: Knex; readonly clock: Clock },
  { cacheMs = 60_000 }: { readonly cacheMs?: number } = {},
): ClientLogos {
  let known: Known | undefined

  async function hashes(): Promise<ReadonlyMap<string, string>> {
    const found = await rows<{ client_id: string; hash: string }>(
      knex,
      'SELECT client_id, hash FROM client_logos',
    )
    return new Map(found.map((row) => [row.client_id, row.hash]))
  }
  function remembered(): Promise<ReadonlyMap<string, string>> {
    if (known && known.until > clock.now()) return known.hashes
    const fresh: Known = { until: clock.now() + cacheMs, hashes: hashes() }
    fresh.hashes.catch(() => (known = known === fresh ? undefined : known))
    known = fresh
    return fresh.hashes
  }

  return {
    async find(hash) {
      const [row] = await rows<LogoRow>(
        knex,
        'SELECT type, body_base64 FROM client_logos WHERE hash = ? LIMIT 1',
        [hash],
      )
      return row && { type: row.type, body: Buffer.from(row.body_base64, 'base64') }
    },
    async hashOf(clientId) {
      return (await remembered()).get(clientId)
    },
    async put(clientId, { type, body }) {
      const hash = createHash('sha256').update(body).digest('base64url')
      await rows(
        knex,
        `INSERT INTO client_logos (client_id, hash, type, body_base64, updated_at)
         VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (client_id) DO UPDATE
         SET hash = excluded.hash, type = excluded.type, body_base64 = excluded.body_base64,
             updated_at = excluded.updated_at`,
        [clientId, hash, type, Buffer.from(body).toString('base64'), clock.now()],
      )
      known = undefined
    },
    async remove(clientId) {
      await rows(knex, 'DELETE FROM client_logos WHERE client_id = ?', [clientId])
      known = undefined
    },
  }
}
