import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** What happened, for auditors. Hash partitions need nobody to make next month's in time: a
 *  missing range partition would stop every sign-in. The sequence stands alone because identity
 *  columns of partitioned tables begin with PostgreSQL 17. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE SEQUENCE events_id AS bigint`,
    `
    CREATE TABLE events (
      id bigint NOT NULL DEFAULT nextval('events_id'),
      at bigint NOT NULL,
      type text NOT NULL,
      subject_id uuid,
      client_id text,
      actor text,
      request_id text,
      detail jsonb,
      PRIMARY KEY (id)
    ) PARTITION BY HASH (id)`,
    `
    CREATE INDEX events_subject ON events (subject_id, id) WHERE subject_id IS NOT NULL`,
    `
    CREATE INDEX events_at ON events (at)`,
  ])
  await createPartitions(knex, 'events')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE events')
  await knex.raw('DROP SEQUENCE events_id')
}
