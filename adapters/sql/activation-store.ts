import type { Knex } from 'knex'
import type {
  ActivatedPart,
  Activation,
  ActivationStore,
} from '../../src/ports/activation-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { noteForCitizen } from './citizen-notices.ts'
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

/** Older ones know hashes alone. */
type Kept = Omit<Activation, 'digests'> & Partial<Pick<Activation, 'digests'>>

const PREFIXES: Readonly<Record<ActivatedPart, string>> = { hash: '', digest: 'digest:' }

const contextOf = (id: string) => `activations.content_sealed:${id}`

export function activationStore({ knex, secrets, clock }: Needs): ActivationStore {
  const keyOf = (id: string, part: ActivatedPart, value: string) =>
    secrets.fingerprint(PREFIXES[part] + `${id}:${value}`, 'activation_hash')

  /** One row for each that differs; what was agreed to twice may be signed twice. */
  async function insertParts(trx: Knex, activation: Activation): Promise<void> {
    const { id, hashes, digests, expiresAt } = activation
    const uses = new Map<string, number>()
    const keys = [
      ...hashes.map((one) => keyOf(id, 'hash', one)),
      ...digests.map((one) => keyOf(id, 'digest', one)),
    ]
    for (const key of keys) uses.set(key, (uses.get(key) ?? 0) + 1)
    const list = [...uses].map(([hash, count]) => ({ hash, uses: count }))
    await rows(
      trx,
      `INSERT INTO activation_hashes (activation_id, hash, uses, expires_at)
       SELECT ?::uuid, h.hash, h.uses, ?::bigint
       FROM jsonb_to_recordset(?::jsonb) AS h (hash text, uses integer)`,
      [id, expiresAt, JSON.stringify(list)],
    )
  }

  async function find(id: string): Promise<Activation | undefined> {
    const [row] = await rows<Row>(knex, 'SELECT content_sealed FROM activations WHERE id = ?', [id])
    if (row === undefined) return undefined
    const kept = JSON.parse(secrets.open(row.content_sealed, contextOf(id))) as Kept
    return { ...kept, digests: kept.digests ?? [] }
  }

  return {
    add: (activation, nonce, events, notice) =>
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
        await insertParts(trx, activation)
        if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
        await noteForCitizen(trx, notice)
        return true
      }),
    find,
    async spend(id, part, value) {
      const spent = await rows(
        knex,
        `UPDATE activation_hashes SET uses = uses - 1
         WHERE activation_id = ? AND hash = ? AND uses > 0 AND expires_at > ? RETURNING 1`,
        [id, keyOf(id, part, value), clock.now()],
      )
      return spent.length === 1
    },
    async spent(id) {
      const { hashes, digests } = (await find(id)) ?? { hashes: [], digests: [] }
      const [row] = await rows<{ readonly uses: string | number | null }>(
        knex,
        'SELECT sum(uses) AS uses FROM activation_hashes WHERE activation_id = ?',
        [id],
      )
      return hashes.length + digests.length - Number(row?.uses ?? 0)
    },
  }
}
