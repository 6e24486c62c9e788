import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Logout tokens that agencies have not taken yet. Whose session it was is sealed. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE logout_notices (
      id uuid PRIMARY KEY,
      client_id text NOT NULL,
      session_sealed text NOT NULL,
      ended_at bigint NOT NULL,
      tries integer NOT NULL,
      due_at bigint NOT NULL
    )`,
    'CREATE INDEX logout_notices_due ON logout_notices (due_at)',
  ])
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE logout_notices')
}
