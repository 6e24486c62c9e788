import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import { openRedis, type RedisConnection } from '../../adapters/redis/client.ts'
import { redisStores } from '../../adapters/redis/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import { testSecrets } from '../support/fakes.ts'
import { startRedis } from '../support/redis.ts'
import { requires } from '../support/skips.ts'

type Stores = ReturnType<typeof redisStores>

let last = 0
const fresh = () => `token-${(last += 1)}`
const AT = { kind: 'AccessToken', grantId: 'g' }

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('it did not come to be')
}

requires('redis')('reads that Redis keeps fresh', () => {
  let server: Awaited<ReturnType<typeof startRedis>>
  let operator: Redis
  const connections: RedisConnection[] = []
  /** Two windows over one Redis. */
  let [one, other] = [{} as Stores, {} as Stores]

  beforeAll(async () => {
    server = await startRedis()
    if (server === undefined) throw new Error('Redis does not start')
    const secrets = testSecrets()
    operator = new Redis(server.url)
    const open = async () => {
      const connection = await openRedis(server?.url ?? '')
      connections.push(connection)
      return redisStores({ redis: connection.redis, secrets, clock })
    }
    ;[one, other] = [await open(), await open()]
    await until(isRemembering)
  })
  afterAll(async () => {
    for (const connection of connections) await connection.close()
    operator.disconnect()
    await server?.stop()
  })

  async function readsAtRedis(): Promise<number> {
    return Number(/cmdstat_hmget:calls=(\d+)/.exec(await operator.info('commandstats'))?.[1] ?? 0)
  }
  /** Reads twice and looks whether Redis was asked for the second. */
  async function isRemembering(): Promise<boolean> {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, AT, 60)
    await one.artifacts.get('AccessToken', id)
    const before = await readsAtRedis()
    await one.artifacts.get('AccessToken', id)
    return (await readsAtRedis()) === before
  }
  async function isGone(stores: Stores, id: string): Promise<boolean> {
    return (await stores.artifacts.get('AccessToken', id)) === undefined
  }

  it('ask once for a token that is asked about again, and hand out copies', async () => {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, AT, 60)
    const found = await one.artifacts.get('AccessToken', id)
    Object.assign(found ?? {}, { kind: 'changed by a caller' })
    const before = await readsAtRedis()
    for (let n = 0; n < 10; n += 1) {
      expect(await one.artifacts.get('AccessToken', id)).toEqual(AT)
      expect(await one.artifacts.get('RefreshToken', id)).toBeUndefined()
    }
    expect(await readsAtRedis()).toBe(before)
  })

  it('see at once what this window has changed', async () => {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, AT, 60)
    for (const grantId of ['h', 'i', 'j']) {
      await one.artifacts.get('AccessToken', id)
      await one.artifacts.put('AccessToken', id, { ...AT, grantId }, 60)
      expect(await one.artifacts.get('AccessToken', id)).toMatchObject({ grantId })
    }
    expect(await one.artifacts.consume('AccessToken', id)).toBe(true)
    expect(await one.artifacts.get('AccessToken', id)).toHaveProperty('consumed')
    await one.artifacts.revokeGrant('j')
    expect(await isGone(one, id)).toBe(true)
  })

  it('see what another window has revoked as soon as Redis says so', async () => {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, { ...AT, grantId: 'theirs' }, 60)
    await one.artifacts.get('AccessToken', id)
    await other.artifacts.revokeGrant('theirs')
    const revoked = performance.now()
    await until(() => isGone(one, id))
    // Long before the time after which it would be forgotten in any case.
    expect(performance.now() - revoked).toBeLessThan(1_000)
  })

  it('never remember a refresh token', async () => {
    const id = fresh()
    await one.artifacts.put('RefreshToken', id, { kind: 'RefreshToken' }, 60)
    await one.artifacts.get('RefreshToken', id)
    await other.artifacts.consume('RefreshToken', id)
    expect(await one.artifacts.get('RefreshToken', id)).toHaveProperty('consumed')
  })

  it('remember nothing while nobody tells of changes, and do so again afterwards', async () => {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, AT, 60)
    await one.artifacts.get('AccessToken', id)
    await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await other.artifacts.remove('AccessToken', id)
    await until(() => isGone(one, id))
    await until(isRemembering)
  })

  it('forget everything when Redis is emptied', async () => {
    const id = fresh()
    await one.artifacts.put('AccessToken', id, AT, 60)
    await one.artifacts.get('AccessToken', id)
    await operator.flushall()
    await until(() => isGone(one, id))
  })
})
