import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { SignatureRequest } from '../../src/ports/signature-request-store.ts'
import type { WebhookNotices } from '../../src/ports/webhook-notices.ts'
import { rows } from './rows.ts'

interface NoticeRow {
  readonly id: string
  readonly request_id: string
  readonly client_id: string
  readonly ended_at: string | number
  readonly tries: number
}

export function webhookNotices({
  knex,
  clock,
}: {
  readonly knex: Knex
  readonly clock: Clock
}): WebhookNotices {
  return {
    async take(most, until) {
      const taken = await rows<NoticeRow>(
        knex,
        `WITH due AS MATERIALIZED (
           SELECT id FROM webhook_notices WHERE due_at <= ?
           ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED
         )
         UPDATE webhook_notices AS n SET due_at = ? FROM due WHERE n.id = due.id
         RETURNING n.id, n.request_id, n.client_id, n.ended_at, n.tries`,
        [clock.now(), most, until],
      )
      return taken.map(({ id, request_id, client_id, ended_at, tries }) => ({
        id,
        requestId: request_id,
        clientId: client_id,
        endedAt: Number(ended_at),
        tries,
      }))
    },
    async postpone(id, dueAt) {
      await rows(knex, 'UPDATE webhook_notices SET tries = tries + 1, due_at = ? WHERE id = ?', [
        dueAt,
        id,
      ])
    },
    async remove(id) {
      await rows(knex, 'DELETE FROM webhook_notices WHERE id = ?', [id])
    },
  }
}

/** A request comes to its end once: what is written again is no second end. */
export async function noteEnd(
  trx: Knex,
  { id, clientId, webhook }: SignatureRequest,
  noticeId: string,
  now: number,
): Promise<void> {
  if (webhook === undefined) return
  await rows(
    trx,
    `INSERT INTO webhook_notices (id, request_id, client_id, ended_at, tries, due_at)
     VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT (request_id) DO NOTHING`,
    [noticeId, id, clientId, now, now],
  )
}
