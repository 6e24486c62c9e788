import type { Knex } from 'knex'
import { createPartitions } from './partitions.ts'

/** For whom a person acts towards one service. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE representations (
      grant_id text PRIMARY KEY,
      subject_id uuid NOT NULL,
      entity_id uuid,
      -- the mandate, as JSON
      mandate_sealed text,
      chosen_at bigint NOT NULL,
      checked_at bigint NOT NULL
    ) PARTITION BY HASH (grant_id)`)
  await createPartitions(knex, 'representations')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE representations')
}
