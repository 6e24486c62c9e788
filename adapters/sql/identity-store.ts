import type { Knex } from 'knex'
import type { IdentityStore } from '../../src/ports/identity-store.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { lowerIdentity, readIdentity } from './identity-rows.ts'
import { rows } from './rows.ts'

export function identityStore({
  knex,
  secrets,
}: {
  knex: Knex
  secrets: SecretBox
}): IdentityStore {
  return {
    ofSubject: (subjectId) => readIdentity(knex, secrets, subjectId),
    async untold(most) {
      const found = await rows<{ subject_id: string }>(
        knex,
        `SELECT subject_id FROM identities WHERE lowered_at IS NOT NULL AND told_at IS NULL
         ORDER BY lowered_at LIMIT ?`,
        [most],
      )
      return found.map((row) => row.subject_id)
    },
    async told(subjectId, at) {
      await rows(
        knex,
        'UPDATE identities SET told_at = ? WHERE subject_id = ? AND lowered_at IS NOT NULL',
        [at, subjectId],
      )
    },
    async lower(subjectId, reason, at, events) {
      await knex.transaction(async (trx) => {
        if (!(await lowerIdentity(trx, subjectId, reason, at))) return
        const told = events.map((event) => ({ subjectId, ...event }))
        if (told.length > 0) await rows(trx, insertEvents(), [eventList(told)])
      })
    },
  }
}
