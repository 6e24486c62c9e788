import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { CitizenNotice, CitizenNotices, NewNotice } from '../../src/ports/citizen-notices.ts'
import { rows } from './rows.ts'

interface Row {
  readonly kind: CitizenNotice['kind']
  readonly about: string
  readonly subject_id: string
  readonly locale: CitizenNotice['locale']
  readonly at: string | number
  readonly tries: number
}

export function citizenNotices({
  knex,
  clock,
}: {
  readonly knex: Knex
  readonly clock: Clock
}): CitizenNotices {
  return {
    async take(most, until) {
      const taken = await rows<Row>(
        knex,
        `WITH due AS MATERIALIZED (
           SELECT kind, about FROM citizen_notices WHERE due_at <= ?
           ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED
         )
         UPDATE citizen_notices AS n SET due_at = ? FROM due
         WHERE n.kind = due.kind AND n.about = due.about
         RETURNING n.kind, n.about, n.subject_id, n.locale, n.at, n.tries`,
        [clock.now(), most, until],
      )
      return taken.map(({ subject_id: subjectId, at, ...rest }) => ({
        ...{ ...rest, subjectId },
        at: Number(at),
      }))
    },
    async postpone({ kind, about }, dueAt, isTry) {
      await rows(
        knex,
        `UPDATE citizen_notices SET tries = tries + ?, due_at = ?
         WHERE kind = ? AND about = ?`,
        [isTry ? 1 : 0, dueAt, kind, about],
      )
    },
    async hasten({ kind, about }) {
      await rows(
        knex,
        `UPDATE citizen_notices SET due_at = ?
         WHERE kind = ? AND about = ? AND tries = 0 AND due_at > ?`,
        [clock.now(), kind, about, clock.now()],
      )
    },
    async remove({ kind, about }) {
      await rows(knex, 'DELETE FROM citizen_notices WHERE kind = ? AND about = ?', [kind, about])
    },
  }
}

/** In the transaction of what it is about. */
export async function noteForCitizen(trx: Knex, notice: NewNotice | undefined): Promise<void> {
  if (notice === undefined) return
  const { kind, about, subjectId, locale, at, dueAt } = notice
  await rows(
    trx,
    `INSERT INTO citizen_notices (kind, about, subject_id, locale, at, tries, due_at)
     VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (kind, about) DO NOTHING`,
    [kind, about, subjectId, locale, at, dueAt],
  )
}
