import type { Knex } from 'knex'

/** Relying parties. The whole metadata is sealed: it may hold `client_secret` (RFC 7591). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE clients (
      client_id text PRIMARY KEY,
      metadata_sealed text NOT NULL,
      updated_at bigint NOT NULL
    )
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE clients')
}
