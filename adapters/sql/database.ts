import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import knexFactory from 'knex'
import type { Knex } from 'knex'
import ClientPglite from 'knex-pglite'
import { migrationSource } from '../../migrations/index.ts'
import { PanjerehError } from '../../src/errors.ts'
import { lockDirectory } from './directory-lock.ts'
import { rows } from './rows.ts'

export interface Database {
  readonly knex: Knex
  readonly kind: 'embedded' | 'postgres'
  /** Brings the tables up to date; the names of the migrations that were run. All or nothing. */
  migrate(): Promise<string[]>
  /** Throws `storage_unavailable`. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The embedded database, in a directory that this process alone may use, or (undefined) in memory. */
export async function openPglite(dir: string | undefined): Promise<Database> {
  const unlock = dir === undefined ? () => undefined : lockDirectory(dir)
  try {
    const pglite = await PGlite.create(dir === undefined ? undefined : join(dir, 'pglite'))
    // Errors must not repeat the values of a statement: they end in logs.
    const connection = { pglite } as Knex.StaticConnectionConfig
    const knex = knexFactory({ client: ClientPglite, connection, compileSqlOnError: false })
    return databaseOf(knex, 'embedded', unlock)
  } catch (cause) {
    unlock()
    throw new PanjerehError('storage_unavailable', 'the embedded database did not open', { cause })
  }
}

/** PostgreSQL 15 or later, by URL. */
export async function openPostgres(url: string, poolSize = 10): Promise<Database> {
  const knex = knexFactory({
    client: 'pg',
    connection: { connectionString: url, application_name: 'panjereh', keepAlive: true },
    pool: { min: 0, max: poolSize },
    acquireConnectionTimeout: 10_000,
    compileSqlOnError: false,
  })
  const database = databaseOf(knex, 'postgres', () => undefined)
  try {
    await database.ping()
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

function databaseOf(knex: Knex, kind: Database['kind'], unlock: () => void): Database {
  return {
    knex,
    kind,
    migrate: () => migrate(knex),
    async ping() {
      await rows(knex, 'SELECT 1')
    },
    async close() {
      try {
        await knex.destroy()
      } finally {
        unlock()
      }
    },
  }
}

/** One transaction under one advisory lock: a second migrator waits, finds nothing left to do, and
 *  one that is killed leaves neither half a table nor a lock (knex's own lock row would stay). */
async function migrate(knex: Knex): Promise<string[]> {
  return knex.transaction(async (transaction) => {
    await transaction.raw("SELECT pg_advisory_xact_lock(hashtext('panjereh:migrate'))")
    const [, names] = (await transaction.migrate.latest({ migrationSource })) as [number, string[]]
    return names
  })
}
