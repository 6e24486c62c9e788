import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** Passkeys. A sign-in names the credential and nothing else (WebAuthn Level 3, discoverable
 *  credentials), and a credential id must be unique over all subjects: so it is the partition key,
 *  and a subject's own few are found by an index. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE authenticators (
      credential_id text PRIMARY KEY,
      subject_id uuid NOT NULL,
      public_key text NOT NULL,
      counter bigint NOT NULL,
      transports jsonb NOT NULL,
      is_backed_up boolean NOT NULL,
      created_at bigint NOT NULL,
      last_used_at bigint
    ) PARTITION BY HASH (credential_id)`,
    `
    CREATE INDEX authenticators_subject ON authenticators (subject_id)`,
  ])
  await createPartitions(knex, 'authenticators')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE authenticators')
}
