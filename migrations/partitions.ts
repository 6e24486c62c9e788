import type { Knex } from 'knex'

/** Enough to spread tens of millions of rows and their vacuum; few enough that one look-up by
 *  another key than the partition's does not hurt. */
export const PARTITIONS = 16

/** Runs statements one after the other: PGlite prepares each, and a prepared one stands alone. */
export async function run(knex: Knex, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await knex.raw(statement)
}

/** Creates the hash partitions of a table that was declared PARTITION BY HASH: one statement. */
export async function createPartitions(knex: Knex, table: string): Promise<void> {
  await knex.raw(`
    DO $do$ BEGIN
      FOR i IN 0..${PARTITIONS - 1} LOOP
        EXECUTE format(
          'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER %s)',
          '${table}_' || lpad(i::text, 2, '0'), '${table}', i);
      END LOOP;
    END $do$
  `)
}
