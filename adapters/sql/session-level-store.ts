import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { SessionLevelStore } from '../../src/ports/session-level-store.ts'
import { rows } from './rows.ts'

interface ProofRow {
  rank: number
  amr: string[]
  proved_at: string | number
}

export function sessionLevelStore({
  knex,
  clock,
}: {
  knex: Knex
  clock: Clock
}): SessionLevelStore {
  return {
    async bind(sessionUid, subjectId, proofs) {
      if (proofs.length === 0) return
      const list = proofs.map(({ rank, amr, provedAt }) => ({ rank, amr, proved_at: provedAt }))
      await rows(
        knex,
        `INSERT INTO session_proofs (session_uid, subject_id, rank, amr, proved_at, created_at)
         SELECT ?::text, ?::uuid, p.rank, p.amr, p.proved_at, ?::bigint
         FROM jsonb_to_recordset(?::jsonb) AS p (rank smallint, amr jsonb, proved_at bigint)
         ON CONFLICT (session_uid, subject_id, rank, proved_at) DO UPDATE
         SET amr = (SELECT jsonb_agg(DISTINCT method)
                    FROM jsonb_array_elements(session_proofs.amr || excluded.amr) AS method)
         WHERE session_proofs.amr <> excluded.amr`,
        [sessionUid, subjectId, clock.now(), JSON.stringify(list)],
      )
    },
    async held(sessionUid, subjectId) {
      const found = await rows<ProofRow>(
        knex,
        `SELECT rank, amr, proved_at FROM session_proofs
         WHERE session_uid = ? AND subject_id = ? ORDER BY proved_at, rank`,
        [sessionUid, subjectId],
      )
      return found.map((row) => ({ rank: row.rank, amr: row.amr, provedAt: Number(row.proved_at) }))
    },
    async sessionsOf(subjectId, rank) {
      const found = await rows<{ session_uid: string }>(
        knex,
        'SELECT DISTINCT session_uid FROM session_proofs WHERE subject_id = ? AND rank >= ?',
        [subjectId, rank],
      )
      return found.map((row) => row.session_uid)
    },
  }
}
