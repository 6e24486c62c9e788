import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** The person inside (`subjects`), what they are known by outside (`subject_identifiers`). */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE subjects (
      id uuid PRIMARY KEY,
      person_type text,
      status text NOT NULL DEFAULT 'active',
      created_at bigint NOT NULL,
      seen_at bigint NOT NULL
    ) PARTITION BY HASH (id)`,
    `
    -- One subject an identifier: a partitioned unique index must hold the partition's key, which
    -- is why the keyed fingerprint is that key.
    CREATE TABLE subject_identifiers (
      subject_id uuid NOT NULL,
      type text NOT NULL,
      issuer text,
      value_hash text NOT NULL,
      value_sealed text NOT NULL,
      proved_at bigint NOT NULL,
      retired_at bigint
    ) PARTITION BY HASH (value_hash)`,
    `
    CREATE UNIQUE INDEX subject_identifiers_in_force
      ON subject_identifiers (type, value_hash) WHERE retired_at IS NULL`,
    `
    CREATE INDEX subject_identifiers_subject ON subject_identifiers (subject_id)`,
  ])
  await createPartitions(knex, 'subjects')
  await createPartitions(knex, 'subject_identifiers')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE subject_identifiers, subjects')
}
