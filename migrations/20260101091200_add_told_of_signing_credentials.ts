import type { Knex } from 'knex'
import { run } from './partitions.ts'

/** When the authority and the key store knew that a signing credential is revoked: they may have been away. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    'ALTER TABLE signing_credentials ADD COLUMN told_at bigint',
    `CREATE INDEX signing_credentials_untold ON signing_credentials (id)
     WHERE revoked_at IS NOT NULL AND told_at IS NULL`,
  ])
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, [
    'DROP INDEX signing_credentials_untold',
    'ALTER TABLE signing_credentials DROP COLUMN told_at',
  ])
}
