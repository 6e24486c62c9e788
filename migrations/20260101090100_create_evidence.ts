import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** Why an `acr` was given (`evidence`), and when each rank was proved in a session. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE evidence (
      id uuid NOT NULL,
      subject_id uuid NOT NULL,
      rank smallint NOT NULL,
      method text NOT NULL,
      amr jsonb NOT NULL,
      proved_at bigint NOT NULL,
      verifier text NOT NULL,
      detail_sealed text NOT NULL,
      PRIMARY KEY (subject_id, id)
    ) PARTITION BY HASH (subject_id)`,
    `
    CREATE INDEX evidence_newest ON evidence (subject_id, proved_at DESC)`,
    `
    CREATE TABLE session_proofs (
      session_uid text NOT NULL,
      subject_id uuid NOT NULL,
      rank smallint NOT NULL,
      amr jsonb NOT NULL,
      -- seconds, as OIDC's auth_time; created_at in milliseconds
      proved_at bigint NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (session_uid, subject_id, rank, proved_at)
    ) PARTITION BY HASH (session_uid)`,
    `
    CREATE INDEX session_proofs_created ON session_proofs (created_at)`,
  ])
  await createPartitions(knex, 'evidence')
  await createPartitions(knex, 'session_proofs')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE session_proofs, evidence')
}
