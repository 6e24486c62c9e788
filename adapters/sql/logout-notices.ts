import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { LogoutNotices } from '../../src/ports/logout-notices.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
}

interface NoticeRow {
  id: string
  client_id: string
  session_sealed: string
  ended_at: string | number
  tries: number
}

export function logoutNotices({ knex, secrets, clock }: Needs): LogoutNotices {
  return {
    async add({ id, clientId, subjectId, sid, endedAt, tries }, dueAt) {
      const sealed = secrets.seal(JSON.stringify({ subjectId, sid }), contextOf(id))
      await rows(
        knex,
        `INSERT INTO logout_notices (id, client_id, session_sealed, ended_at, tries, due_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        [id, clientId, sealed, endedAt, tries, dueAt],
      )
    },
    async take(most, until) {
      const taken = await rows<NoticeRow>(
        knex,
        `WITH due AS MATERIALIZED (
           SELECT id FROM logout_notices WHERE due_at <= ?
           ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED
         )
         UPDATE logout_notices AS n SET due_at = ? FROM due WHERE n.id = due.id
         RETURNING n.id, n.client_id, n.session_sealed, n.ended_at, n.tries`,
        [clock.now(), most, until],
      )
      return taken.map(({ id, client_id, session_sealed, ended_at, tries }) => ({
        id,
        clientId: client_id,
        ...(JSON.parse(secrets.open(session_sealed, contextOf(id))) as Session),
        endedAt: Number(ended_at),
        tries,
      }))
    },
    async postpone(id, dueAt) {
      await rows(knex, 'UPDATE logout_notices SET tries = tries + 1, due_at = ? WHERE id = ?', [
        dueAt,
        id,
      ])
    },
    async remove(id) {
      await rows(knex, 'DELETE FROM logout_notices WHERE id = ?', [id])
    },
  }
}

interface Session {
  readonly subjectId: string
  readonly sid: string
}

const contextOf = (id: string) => `logout_notices.session_sealed:${id}`
