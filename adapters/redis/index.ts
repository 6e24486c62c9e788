import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { artifactStore } from './artifact-store.ts'
import type { RedisClient } from './client.ts'
import { rateLimiter } from './rate-limiter.ts'
import { stepStore } from './step-store.ts'

export interface RedisNeeds {
  readonly redis: RedisClient
  readonly secrets: SecretBox
  readonly clock: Clock
}

/** What lives for a while, where there is a Redis. */
export function redisStores(needs: RedisNeeds) {
  return {
    artifacts: artifactStore(needs),
    limiter: rateLimiter(needs),
    steps: stepStore(needs),
  }
}
