import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { secretBox } from '../../adapters/crypto/secret-box.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Limit, LimitState, RateLimiter } from '../../src/ports/rate-limiter.ts'
import type { CodeMessage } from '../../src/ports/sms-gateway.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'

/** A clock that stands until it is moved. */
export function fakeClock(start = 1_700_000_000_000) {
  let now = start
  return { now: () => now, later: (ms: number) => void (now += ms) }
}

/** Windows in memory, by the contract of the port. */
export function fakeLimiter(clock: { now(): number }): RateLimiter {
  const rows = new Map<string, { points: number; until: number }>()
  const state = (limit: Limit, key: string): LimitState => {
    const row = rows.get(`${limit.name}:${key}`)
    if (row === undefined || row.until <= clock.now()) {
      return { allowed: true, remaining: limit.points, retryAfterSeconds: 0 }
    }
    const allowed = row.points <= limit.points
    const wait = Math.ceil((row.until - clock.now()) / 1000)
    return {
      allowed,
      remaining: Math.max(0, limit.points - row.points),
      retryAfterSeconds: allowed ? 0 : wait,
    }
  }
  return {
    async take(limit, key, points = 1) {
      const id = `${limit.name}:${key}`
      const row = rows.get(id)
      const isLive = row !== undefined && row.until > clock.now()
      const until = isLive ? row.until : clock.now() + limit.seconds * 1000
      rows.set(id, { points: (isLive ? row.points : 0) + points, until })
      return state(limit, key)
    },
    async giveBack(limit, key) {
      const row = rows.get(`${limit.name}:${key}`)
      if (row && row.until > clock.now() && row.points > 0) row.points -= 1
    },
    async peek(limit, key) {
      const now = state(limit, key)
      const until = rows.get(`${limit.name}:${key}`)?.until ?? clock.now()
      const retryAfterSeconds = Math.ceil((until - clock.now()) / 1000)
      return now.remaining > 0 ? now : { ...now, allowed: false, retryAfterSeconds }
    },
    async reset(limit, key) {
      rows.delete(`${limit.name}:${key}`)
    },
  }
}

export function fakeEvents() {
  const told: ServiceEvent[] = []
  return {
    told,
    record: async (...events: readonly ServiceEvent[]) => void told.push(...events),
    enqueue: (event: ServiceEvent) => void told.push(event),
    flush: async () => undefined,
  }
}

/** A telephone: what was sent, and whether the network is there. */
export function fakeSms() {
  const sent: CodeMessage[] = []
  let isDown = false
  return {
    sent,
    goDown: () => void (isDown = true),
    comeBack: () => void (isDown = false),
    name: 'fake',
    async send(message: CodeMessage) {
      if (isDown) throw new UpstreamUnavailable('fake', 'down')
      sent.push(message)
      return { gateway: 'fake', messageId: String(sent.length) }
    },
    status: async () => 'delivered' as const,
  }
}

/** Random enough, and different every time. */
export const fakeRandom = {
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
  digits: (length: number) =>
    String(parseInt(createHmac('sha256', randomBytes(8)).digest('hex').slice(0, 12), 16))
      .padStart(15, '0')
      .slice(-length),
}

export function testSecrets() {
  return secretBox({
    keys: [{ id: 't', key: new Uint8Array(randomBytes(32)) }],
    lookupKey: new Uint8Array(randomBytes(32)),
  })
}
