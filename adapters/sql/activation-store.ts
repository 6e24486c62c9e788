import type { Knex } from 'knex'
import type { Activation, ActivationStore } from '../../src/ports/activation-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
}

interface Row {
  readonly content_sealed: string
}

const contextOf = (id: string) => `activations.content_sealed:${id}`

export function activationStore({ knex, secrets, clock }: Needs): ActivationStore {
  const hashKey = (id: string, hash: string) =>
    secrets.fingerprint(`${id}:${hash}`, 'activation_hash')

  /** One row a hash; a hash that was agreed to twice may be signed twice. */
  async function insertHashes(trx: Knex, { id, hashes, expiresAt }: Activation): Promise<void> {
    const uses = new Map<string, number>()
    for (const hash of hashes) uses.set(hash, (uses.get(hash) ?? 0) + 1)
    const list = [...uses].map(([hash, count]) => ({ hash: hashKey(id, hash), uses: count }))
    await rows(
      trx,
      `INSERT INTO activation_hashes (activation_id, hash, uses, expires_at)
       SELECT ?::uuid, h.hash, h.uses, ?::bigint
       FROM jsonb_to_recordset(?::jsonb) AS h (hash text, uses integer)`,
      [id, expiresAt, JSON.stringify(list)],
    )
  }

  return {
    add: (activation, nonce, events) =>
      knex.transaction(async (trx) => {
        const { id, createdAt, expiresAt } = activation
        const added = await rows(
          trx,
          `INSERT INTO activations (id, nonce, content_sealed, created_at, expires_at)
           VALUES (?, ?, ?, ?, ?) ON CONFLICT (nonce) DO NOTHING RETURNING 1`,
          [
            id,
            secrets.fingerprint(nonce, 'activation_nonce'),
            secrets.seal(JSON.stringify(activation), contextOf(id)),
            createdAt,
            expiresAt,
          ],
        )
        if (added.length === 0) return false
        await insertHashes(trx, activation)
        if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
        return true
      }),
    async find(id) {
      const [row] = await rows<Row>(knex, 'SELECT content_sealed FROM activations WHERE id = ?', [
        id,
      ])
      return row && (JSON.parse(secrets.open(row.content_sealed, contextOf(id))) as Activation)
    },
    async spend(id, hash) {
      const spent = await rows(
        knex,
        `UPDATE activation_hashes SET uses = uses - 1
         WHERE activation_id = ? AND hash = ? AND uses > 0 AND expires_at > ? RETURNING 1`,
        [id, hashKey(id, hash), clock.now()],
      )
      return spent.length === 1
    },
  }
}
