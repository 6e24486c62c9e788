import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Certificates of seals that their authority has not decided about yet. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE seal_requests (
      id uuid PRIMARY KEY,
      -- window, or client:<client_id>: one at a time
      owner text NOT NULL UNIQUE,
      -- organisation, key and request, as JSON
      content_sealed text NOT NULL,
      created_at bigint NOT NULL
    )`,
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, ['DROP TABLE seal_requests'])
}
