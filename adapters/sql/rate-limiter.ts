import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { Limit, LimitState, RateLimiter } from '../../src/ports/rate-limiter.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly clock: Clock
}

interface Counted {
  readonly points: number
  readonly expires_at: string | number
}

/** A fixed window in one row, raised by one statement, so that parallel guesses are all counted. */
export function rateLimiter({ knex, clock }: Needs): RateLimiter {
  const keyOf = (limit: Limit, key: string) => `${limit.name}:${key}`

  function stateOf(limit: Limit, row: Counted | undefined): LimitState {
    if (row === undefined || Number(row.expires_at) <= clock.now()) {
      return { allowed: true, remaining: limit.points, retryAfterSeconds: 0 }
    }
    const allowed = row.points <= limit.points
    const wait = Math.ceil((Number(row.expires_at) - clock.now()) / 1000)
    const remaining = Math.max(0, limit.points - row.points)
    return { allowed, remaining, retryAfterSeconds: allowed ? 0 : wait }
  }

  return {
    async take(limit, key, points = 1) {
      const now = clock.now()
      const windowEnds = now + limit.seconds * 1000
      const [row] = await rows<Counted>(
        knex,
        `INSERT INTO rate_limits AS r (key, points, expires_at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET
           points = CASE WHEN r.expires_at <= ?::bigint THEN excluded.points
                         ELSE r.points + excluded.points END,
           expires_at = CASE WHEN r.expires_at <= ?::bigint THEN excluded.expires_at
                             ELSE r.expires_at END
         RETURNING points, expires_at`,
        [keyOf(limit, key), points, windowEnds, now, now],
      )
      return stateOf(limit, row)
    },

    async giveBack(limit, key) {
      await rows(
        knex,
        'UPDATE rate_limits SET points = points - 1 WHERE key = ? AND points > 0 AND expires_at > ?',
        [keyOf(limit, key), clock.now()],
      )
    },

    async peek(limit, key) {
      const [row] = await rows<Counted>(
        knex,
        'SELECT points, expires_at FROM rate_limits WHERE key = ?',
        [keyOf(limit, key)],
      )
      const state = stateOf(limit, row)
      if (state.remaining > 0 || row === undefined || !state.allowed) return state
      return {
        ...state,
        allowed: false,
        retryAfterSeconds: Math.ceil((Number(row.expires_at) - clock.now()) / 1000),
      }
    },

    async reset(limit, key) {
      await rows(knex, 'DELETE FROM rate_limits WHERE key = ?', [keyOf(limit, key)])
    },
  }
}
