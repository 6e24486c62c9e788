import type { Knex } from 'knex'
import { createPartitions, run } from './partitions.ts'

/** What lives for a while: codes, tokens, sessions, interactions, and the steps that people are in the
 *  middle of. Keys are digests and payloads are sealed: a dump holds no token that could be used. */
export async function up(knex: Knex): Promise<void> {
  await run(knex, [
    `
    CREATE TABLE artifacts (
      id_hash text PRIMARY KEY,
      model text NOT NULL,
      payload_sealed text NOT NULL,
      grant_hash text,
      uid_hash text,
      user_code_hash text,
      consumed_at bigint,
      expires_at bigint
    ) PARTITION BY HASH (id_hash)`,
    `CREATE INDEX artifacts_grant ON artifacts (grant_hash) WHERE grant_hash IS NOT NULL`,
    `CREATE INDEX artifacts_uid ON artifacts (uid_hash) WHERE uid_hash IS NOT NULL`,
    `CREATE INDEX artifacts_user_code ON artifacts (user_code_hash) WHERE user_code_hash IS NOT NULL`,
    `CREATE INDEX artifacts_expiry ON artifacts (expires_at)`,
    `
    CREATE TABLE steps (
      uid_hash text PRIMARY KEY,
      version integer NOT NULL,
      value_sealed text NOT NULL,
      expires_at bigint NOT NULL
    )`,
    `CREATE INDEX steps_expiry ON steps (expires_at)`,
    `
    CREATE TABLE rate_limits (
      key text PRIMARY KEY,
      points integer NOT NULL,
      expires_at bigint NOT NULL
    )`,
    `CREATE INDEX rate_limits_expiry ON rate_limits (expires_at)`,
  ])
  await createPartitions(knex, 'artifacts')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE rate_limits, steps, artifacts')
}
