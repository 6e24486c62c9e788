import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Messages to citizens about their means of signing that are still to be sent. Neither number nor text is in them. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE citizen_notices (
      kind text NOT NULL,
      -- of an activation or of a signing credential
      about uuid NOT NULL,
      subject_id uuid NOT NULL,
      locale text NOT NULL,
      at bigint NOT NULL,
      tries integer NOT NULL,
      due_at bigint NOT NULL,
      PRIMARY KEY (kind, about)
    )`,
    'CREATE INDEX citizen_notices_due ON citizen_notices (due_at)',
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, ['DROP TABLE citizen_notices'])
}
