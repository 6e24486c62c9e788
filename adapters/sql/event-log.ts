import type { Knex } from 'knex'
import type { EventFilter, EventLog, LoggedEvent } from '../../src/ports/event-log.ts'
import type { EventType } from '../../src/ports/event-sink.ts'
import { rows } from './rows.ts'

interface EventRow {
  id: string | number
  at: string | number
  type: EventType
  subject_id: string | null
  client_id: string | null
  actor: string | null
  request_id: string | null
  detail: Record<string, string | number | boolean> | null
}

const CONDITIONS = [
  ['type', 'type = ?'],
  ['subjectId', 'subject_id = ?'],
  ['clientId', 'client_id = ?'],
  ['since', 'at >= ?'],
  ['until', 'at <= ?'],
  ['after', 'id > ?'],
] as const satisfies readonly (readonly [keyof EventFilter, string])[]

/** In the order of writing. */
export function eventLog({ knex }: { knex: Knex }): EventLog {
  return {
    async list(filter) {
      const asked = CONDITIONS.flatMap(([name, sql]) => {
        const value = filter[name]
        return value === undefined ? [] : [{ sql, value }]
      })
      const where = asked.length === 0 ? '' : `WHERE ${asked.map(({ sql }) => sql).join(' AND ')}`
      const found = await rows<EventRow>(
        knex,
        `SELECT id, at, type, subject_id, client_id, actor, request_id, detail
         FROM events ${where} ORDER BY id LIMIT ?`,
        [...asked.map(({ value }) => value), filter.limit],
      )
      return found.map(eventOf)
    },
  }
}

function eventOf(row: EventRow): LoggedEvent {
  return {
    id: String(row.id),
    at: Number(row.at),
    type: row.type,
    ...(row.subject_id === null ? {} : { subjectId: row.subject_id }),
    ...(row.client_id === null ? {} : { clientId: row.client_id }),
    ...(row.actor === null ? {} : { actor: row.actor }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  }
}
