import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limit, LimitState, RateLimiter } from '../../src/ports/rate-limiter.ts'
import { PanjerehError } from '../../src/errors.ts'
import type { RedisClient } from './client.ts'
import { guarded } from './guarded.ts'
import { script } from './script.ts'

/** Never of a window that is over: the library's own would begin one below zero, a point more for all of it. */
const GIVE_BACK = `
  if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then return redis.call('DECR', KEYS[1]) end
  return 0`

export function rateLimiter({ redis }: { redis: RedisClient }): RateLimiter {
  const limiters = new Map<string, RateLimiterRedis>()
  const giveBack = script(redis, 'giveBackPoint', GIVE_BACK)

  function limiterOf({ name, points, seconds }: Limit): RateLimiterRedis {
    const id = `${name}:${points}:${seconds}`
    const known = limiters.get(id)
    if (known) return known
    const made = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `limit:${name}`,
      points,
      duration: seconds,
    })
    limiters.set(id, made)
    return made
  }

  return {
    async take(limit, key, points = 1) {
      try {
        return stateOf(limit, await limiterOf(limit).consume(key, points))
      } catch (refused) {
        // The library rejects with its result when the limit is over, and with an error otherwise.
        if (refused instanceof RateLimiterRes) return stateOf(limit, refused)
        throw new PanjerehError('storage_unavailable', 'Redis did not count', { cause: refused })
      }
    },
    async giveBack(limit, key) {
      await guarded(giveBack(limiterOf(limit).getKey(key)))
    },
    async peek(limit, key) {
      const found = await limiterOf(limit)
        .get(key)
        .catch((cause: unknown) => {
          throw new PanjerehError('storage_unavailable', 'Redis did not count', { cause })
        })
      if (found === null) return { allowed: true, remaining: limit.points, retryAfterSeconds: 0 }
      if (found.consumedPoints < limit.points) return stateOf(limit, found)
      return { allowed: false, remaining: 0, retryAfterSeconds: secondsOf(found) }
    },
    async reset(limit, key) {
      await guarded(limiterOf(limit).delete(key))
    },
  }
}

function stateOf(limit: Limit, result: RateLimiterRes): LimitState {
  const allowed = result.consumedPoints <= limit.points
  return {
    allowed,
    remaining: Math.max(0, limit.points - result.consumedPoints),
    retryAfterSeconds: allowed ? 0 : secondsOf(result),
  }
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1000))
