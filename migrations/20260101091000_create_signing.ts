import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** Keys and certificates of people, what they agreed to sign, and what agencies want signed. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE signing_credentials (
      id uuid PRIMARY KEY,
      subject_id uuid NOT NULL,
      -- key, certificates and passkeys, as JSON
      content_sealed text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      revoked_at bigint,
      revoked_reason text
    ) PARTITION BY HASH (id)`,
    'CREATE INDEX signing_credentials_subject ON signing_credentials (subject_id)',
    `
    CREATE TABLE activations (
      id uuid PRIMARY KEY,
      -- a fingerprint
      nonce text NOT NULL UNIQUE,
      content_sealed text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL
    )`,
    `
    CREATE TABLE activation_hashes (
      activation_id uuid NOT NULL,
      -- a fingerprint
      hash text NOT NULL,
      -- how often it may still be signed: a document may be there twice
      uses integer NOT NULL,
      expires_at bigint NOT NULL,
      PRIMARY KEY (activation_id, hash)
    )`,
    `
    CREATE TABLE signature_requests (
      id uuid PRIMARY KEY,
      client_id text NOT NULL,
      state text NOT NULL,
      content_sealed text NOT NULL,
      version integer NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint NOT NULL
    ) PARTITION BY HASH (id)`,
  ])
  await createPartitions(knex, 'signing_credentials')
  await createPartitions(knex, 'signature_requests')
}

export async function down(knex: Knex): Promise<void> {
  await run(knex, [
    'DROP TABLE signature_requests',
    'DROP TABLE activation_hashes',
    'DROP TABLE activations',
    'DROP TABLE signing_credentials',
  ])
}
