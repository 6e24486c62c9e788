import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openRedis, type RedisConnection } from '../../adapters/redis/client.ts'
import { redisStores } from '../../adapters/redis/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import { testSecrets } from '../support/fakes.ts'
import { freePort } from '../support/free-port.ts'
import { startRedis, startRedisCluster, startSentinel } from '../support/redis.ts'
import { requires } from '../support/skips.ts'
import { transientContract, type Stores } from './transient.contract.ts'

const storesOn = ({ redis }: RedisConnection): Stores => ({
  ...redisStores({ redis, secrets: testSecrets(), clock }),
  dump: async () => 'sealed as on one server',
})

requires('redis')('stores on a Redis Cluster', () => {
  let server: Awaited<ReturnType<typeof startRedisCluster>>
  let connection: RedisConnection
  let stores: Stores
  beforeAll(async () => {
    server = await startRedisCluster()
    if (server === undefined) throw new Error('the Cluster does not start')
    connection = await openRedis(server.url)
    stores = storesOn(connection)
  }, 60_000)
  afterAll(() => connection.close())
  transientContract(() => stores)

  it('fails, and does not hang, when the Cluster goes away', async () => {
    await server?.stop()
    for (let n = 0; n < 3; n += 1) {
      await expect(stores.artifacts.get('AccessToken', `x${n}`)).rejects.toMatchObject({
        code: 'storage_unavailable',
      })
    }
    await expect(
      stores.limiter.take({ name: 'x', points: 1, seconds: 1 }, 'k'),
    ).rejects.toMatchObject({ code: 'storage_unavailable' })
  }, 30_000)
})

requires('redis')('stores by way of a Redis Sentinel', () => {
  let server: Awaited<ReturnType<typeof startSentinel>>
  let connection: RedisConnection
  let stores: Stores
  beforeAll(async () => {
    server = await startSentinel('a-password-of-redis')
    if (server === undefined) throw new Error('the Sentinel does not start')
    connection = await openRedis(server.url)
    stores = storesOn(connection)
  }, 60_000)
  afterAll(async () => {
    await connection.close()
    await server?.stop()
  })
  transientContract(() => stores)

  it('find the new master, with what the replica had', async () => {
    await stores.artifacts.put('AccessToken', 'kept', { kind: 'AccessToken' }, 60)
    expect(await connection.redis.wait(1, 1_400)).toBe(1)
    await server?.failOver()
    let found: unknown
    for (let tries = 0; tries < 100 && found === undefined; tries += 1) {
      found = await stores.artifacts.get('AccessToken', 'kept').catch(() => undefined)
      if (found === undefined) await new Promise((resolve) => setTimeout(resolve, 250))
    }
    expect(found).toEqual({ kind: 'AccessToken' })
    await stores.artifacts.put('AccessToken', 'new', { kind: 'AccessToken' }, 60)
  }, 60_000)
})

requires('redis')('opening a Redis', () => {
  it.each(['redis', 'redis+cluster'])(
    'says at once that nobody is at %s://',
    async (scheme) => {
      const url = `${scheme}://127.0.0.1:${await freePort()}`
      await expect(openRedis(url)).rejects.toMatchObject({ code: 'storage_unavailable' })
    },
    30_000,
  )

  it('takes the password, and no other', async () => {
    const server = await startRedis(['--requirepass', 'right'])
    const url = server?.url ?? ''
    await (await openRedis(url)).close()
    await expect(openRedis(url.replace('right', 'wrong'))).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
    await server?.stop()
  }, 30_000)
})

describe('an address that is none', () => {
  it('is refused', async () => {
    await expect(openRedis('http://localhost')).rejects.toMatchObject({ code: 'config_invalid' })
  })
})
