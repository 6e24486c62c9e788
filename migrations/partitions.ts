import type { Knex } from 'knex'

/** Enough to spread tens of millions of rows and their vacuum; few enough that one look-up by
 *  another key than the partition's does not hurt. */
export const PARTITIONS = 16

/** Creates `PARTITIONS` hash partitions of a table that was declared PARTITION BY HASH. */
export async function createPartitions(knex: Knex, table: string): Promise<void> {
  const statements = Array.from(
    { length: PARTITIONS },
    (_, index) =>
      `CREATE TABLE ${table}_${String(index).padStart(2, '0')} PARTITION OF ${table}
       FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${index})`,
  )
  await knex.raw(statements.join(';\n'))
}
