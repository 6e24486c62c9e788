import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Keys and certificates of legal persons: the window's own and those of its clients. There are few. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE seals (
      id uuid PRIMARY KEY,
      -- window, or client:<client_id>
      owner text NOT NULL,
      -- organisation, key and certificates, as JSON
      content_sealed text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      ended_at bigint,
      ended_reason text,
      told_at bigint
    )`,
    // Of two who make one at once, one wins.
    'CREATE UNIQUE INDEX seals_in_force ON seals (owner) WHERE ended_at IS NULL',
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, ['DROP TABLE seals'])
}
