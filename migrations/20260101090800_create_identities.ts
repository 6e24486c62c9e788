import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** Who a subject is, by the word of the national registries; where a subject went that was joined to another. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE identities (
      subject_id uuid PRIMARY KEY,
      -- identifier, attributes and checks, as JSON
      identity_sealed text NOT NULL,
      bound_at bigint NOT NULL,
      checked_at bigint NOT NULL,
      lowered_reason text,
      lowered_at bigint,
      -- when its sessions were ended and the agencies told
      told_at bigint
    ) PARTITION BY HASH (subject_id)`,
    `CREATE INDEX identities_untold ON identities (lowered_at)
     WHERE lowered_at IS NOT NULL AND told_at IS NULL`,
    'ALTER TABLE subjects ADD COLUMN joined_into uuid',
    // Proofs of a subject in all sessions: for ending those above a level that is no longer held.
    'CREATE INDEX session_proofs_subject ON session_proofs (subject_id)',
  ])
  await createPartitions(knex, 'identities')
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, [
    'DROP INDEX session_proofs_subject',
    'ALTER TABLE subjects DROP COLUMN joined_into',
    'DROP TABLE identities',
  ])
}
