import type { Knex } from 'knex'

/** Pictures of relying parties. Apart from their metadata, which every request reads. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE client_logos (
      client_id text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
      hash text NOT NULL,
      type text NOT NULL,
      body_base64 text NOT NULL,
      updated_at bigint NOT NULL
    )
  `)
  await knex.raw('CREATE INDEX client_logos_hash ON client_logos (hash)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE client_logos')
}
