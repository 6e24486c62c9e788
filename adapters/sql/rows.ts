import type { Knex } from 'knex'
import { PanjerehError } from '../../src/errors.ts'

type Value = string | number | boolean | null

/** Runs one statement. Lists travel as one JSON value (`jsonb_to_recordset`), so that a statement's
 *  text is the same for one row and for hundreds, on PGlite as on PostgreSQL. */
export async function rows<Row>(
  knex: Knex,
  sql: string,
  bindings: readonly Value[] = [],
): Promise<readonly Row[]> {
  try {
    const result = await knex.raw<{ rows: Row[] }>(sql, [...bindings])
    return result.rows
  } catch (cause) {
    throw new PanjerehError('storage_unavailable', 'the database did not do its part', { cause })
  }
}

/** True when the database refused a second row of the same key (SQLSTATE 23505). */
export function isDuplicate(error: unknown): boolean {
  return error instanceof PanjerehError && sqlState(error.cause) === '23505'
}

/** True when another transaction was faster, and this one may be tried again: a duplicate, a deadlock that
 *  was broken (40P01), or a snapshot that no longer holds (40001). */
function isOutrun(error: unknown): boolean {
  const state = error instanceof PanjerehError ? sqlState(error.cause) : undefined
  return state === '23505' || state === '40P01' || state === '40001'
}

function sqlState(cause: unknown): unknown {
  return typeof cause === 'object' && cause && 'code' in cause ? cause.code : undefined
}

const TRIES = 5

/** Two at once: the loser reads what the winner wrote. */
export async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isOutrun(error) || attempt === TRIES) throw error
    }
  }
}
