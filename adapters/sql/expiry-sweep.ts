import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import { rows } from './rows.ts'

export interface ExpiringTable {
  readonly table: string
  /** Its primary key. */
  readonly key: readonly string[]
  /** Milliseconds since the epoch; null never expires. */
  readonly column: string
  /** How long after `column` a row is dropped, in milliseconds. */
  readonly keepFor: number
}

export interface ExpirySweep {
  /** Sweeps once; the number of rows that were dropped. */
  sweep(): Promise<number>
  stop(): Promise<void>
}

export interface ExpirySweepOptions {
  readonly tables?: readonly ExpiringTable[]
  readonly everyMs?: number
  readonly batch?: number
  readonly onError?: (error: unknown) => void
}

const DAY = 86_400_000

/** Tables whose rows outlive their use. */
export const EXPIRING_TABLES: readonly ExpiringTable[] = [
  {
    table: 'session_proofs',
    key: ['session_uid', 'subject_id', 'rank', 'proved_at'],
    column: 'created_at',
    keepFor: 400 * DAY,
  },
  {
    table: 'representations',
    key: ['grant_id'],
    column: 'checked_at',
    keepFor: 400 * DAY,
  },
  {
    table: 'activation_hashes',
    key: ['activation_id', 'hash'],
    column: 'expires_at',
    keepFor: DAY,
  },
  { table: 'artifacts', key: ['id_hash'], column: 'expires_at', keepFor: 0 },
  { table: 'steps', key: ['uid_hash'], column: 'expires_at', keepFor: 0 },
  { table: 'rate_limits', key: ['key'], column: 'expires_at', keepFor: 0 },
]

/** Drops expired rows now and then, a batch a statement, so that no lock is held for long. */
export function startExpirySweep(
  { knex, clock }: { knex: Knex; clock: Clock },
  options: ExpirySweepOptions = {},
): ExpirySweep {
  const { tables = EXPIRING_TABLES, everyMs = 60_000, batch = 1_000, onError } = options
  let isStopped = false
  let running: Promise<number> | undefined

  async function sweepAll(): Promise<number> {
    let dropped = 0
    for (const table of tables) {
      let last = batch
      while (last === batch && !isStopped) {
        last = await dropBatch(knex, table, clock.now() - table.keepFor, batch)
        dropped += last
      }
    }
    return dropped
  }
  function sweep(): Promise<number> {
    running ??= sweepAll().finally(() => (running = undefined))
    return running
  }
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => onError?.(error))
  }, everyMs)
  timer.unref()

  return {
    sweep,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running?.catch(() => undefined)
    },
  }
}

/** Several processes may sweep at once: each skips the rows that another one holds. */
async function dropBatch(
  knex: Knex,
  { table, key, column }: ExpiringTable,
  before: number,
  batch: number,
): Promise<number> {
  const columns = key.join(', ')
  const dropped = await rows(
    knex,
    `DELETE FROM ${table} WHERE (${columns}) IN (
       SELECT ${columns} FROM ${table} WHERE ${column} < ? LIMIT ? FOR UPDATE SKIP LOCKED
     ) RETURNING 1`,
    [before, batch],
  )
  return dropped.length
}
