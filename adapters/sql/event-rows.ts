import type { ServiceEvent } from '../../src/ports/event-sink.ts'

/** Events as the one JSON value that a statement inserts them from. */
export function eventList(events: readonly ServiceEvent[]): string {
  return JSON.stringify(
    events.map((event) => ({
      at: event.at,
      type: event.type,
      subject_id: event.subjectId,
      client_id: event.clientId,
      actor: event.actor,
      request_id: event.requestId,
      detail: event.detail,
    })),
  )
}

/** Inserts `eventList` (its one binding), in its order; `gate` is a row source that may be empty. */
export function insertEvents(gate?: string): string {
  return `INSERT INTO events (at, type, subject_id, client_id, actor, request_id, detail)
    SELECT e.at, e.type, e.subject_id, e.client_id, e.actor, e.request_id, e.detail
    FROM ${gate === undefined ? '' : `${gate} CROSS JOIN `}jsonb_to_recordset(?::jsonb) AS e (
      at bigint, type text, subject_id uuid, client_id text, actor text, request_id text,
      detail jsonb)`
}
