import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** Ends of signature requests that agencies have not been told yet, and the way to those whose time is over. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE webhook_notices (
      id uuid PRIMARY KEY,
      request_id uuid NOT NULL UNIQUE,
      client_id text NOT NULL,
      ended_at bigint NOT NULL,
      tries integer NOT NULL,
      due_at bigint NOT NULL
    )`,
    'CREATE INDEX webhook_notices_due ON webhook_notices (due_at)',
    `CREATE INDEX signature_requests_waiting ON signature_requests (expires_at)
     WHERE state IN ('open', 'ready')`,
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, ['DROP INDEX signature_requests_waiting', 'DROP TABLE webhook_notices'])
}
