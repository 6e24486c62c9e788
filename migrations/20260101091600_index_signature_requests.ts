import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Requests of one client, newest first; and those whose time is over. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    'CREATE INDEX signature_requests_client ON signature_requests (client_id, created_at, id)',
    'CREATE INDEX signature_requests_expiry ON signature_requests (expires_at)',
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, ['DROP INDEX signature_requests_expiry', 'DROP INDEX signature_requests_client'])
}
