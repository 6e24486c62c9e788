import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import type { Knex } from 'knex'
import { openRedis } from '../../adapters/redis/client.ts'
import { redisStores } from '../../adapters/redis/index.ts'
import { openPglite, openPostgres, type Database } from '../../adapters/sql/database.ts'
import { sqlStores, sqlTransientStores } from '../../adapters/sql/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import { fakeClock, fakeRandom, testSecrets } from '../support/fakes.ts'
import { startPostgres } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { requires } from '../support/skips.ts'
import { citizenNoticesContract } from './citizen-notices.contract.ts'
import { identitiesContract } from './identities.contract.ts'
import { lastingContract, type LastingStores } from './lasting.contract.ts'
import { sealsContract } from './seals.contract.ts'
import { signingContract } from './signing.contract.ts'
import { transientContract, type Stores } from './transient.contract.ts'

const TABLES = [
  'subjects',
  'subject_identifiers',
  'evidence',
  'identities',
  'representations',
  'session_proofs',
  'authenticators',
  'clients',
  'events',
  'logout_notices',
  'signing_credentials',
  'activations',
  'activation_hashes',
  'signature_requests',
  'seals',
  'seal_requests',
  'webhook_notices',
  'citizen_notices',
  'artifacts',
  'steps',
  'rate_limits',
]

async function dumpOf(knex: Knex): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((table) =>
      knex.raw(`SELECT t.*::text FROM ${table} AS t`.replace('t.*::text', 't::text AS line')),
    ),
  )
  return JSON.stringify(tables.map((result) => (result as { rows: unknown[] }).rows))
}

function sqlSuite(open: () => Promise<{ database: Database; stop?: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let transient: Stores
  let lasting: LastingStores
  beforeAll(async () => {
    opened = await open()
    const { database } = opened
    expect((await database.migrate()).length).toBeGreaterThan(0)
    expect(await database.migrate()).toEqual([])
    const moved = fakeClock(Date.now())
    const needs = { knex: database.knex, secrets: testSecrets(), random: fakeRandom }
    const dump = () => dumpOf(database.knex)
    transient = { ...sqlTransientStores({ ...needs, clock }), dump }
    lasting = { ...sqlStores({ ...needs, clock: moved }), clock: moved, dump }
  })
  afterAll(async () => {
    await lasting.events.flush()
    await opened.database.close()
    await opened.stop?.()
  })
  transientContract(() => transient)
  lastingContract(() => lasting)
  identitiesContract(() => lasting)
  sealsContract(() => lasting)
  citizenNoticesContract(() => lasting)
  signingContract(() => lasting)
}

describe('stores on the embedded database', () => {
  sqlSuite(async () => ({ database: await openPglite(undefined) }))
})

requires('postgresql')('stores on PostgreSQL', () => {
  sqlSuite(async () => {
    const server = await startPostgres()
    if (server === undefined) throw new Error('PostgreSQL does not start')
    return { database: await openPostgres(server.url), stop: server.stop }
  })
})

requires('redis')('stores on Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>>
  let connection: Awaited<ReturnType<typeof openRedis>>
  let stores: Stores
  beforeAll(async () => {
    server = await startRedis()
    if (server === undefined) throw new Error('Redis does not start')
    connection = await openRedis(server.url)
    const { redis } = connection
    stores = {
      ...redisStores({ redis, secrets: testSecrets(), clock }),
      dump: () => dumpRedis(server?.url ?? ''),
    }
  })
  afterAll(async () => {
    await connection.close()
  })
  transientContract(() => stores)

  it('fails within two seconds when Redis is away', async () => {
    await server?.stop()
    const started = performance.now()
    await expect(stores.artifacts.get('AccessToken', 'x')).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
    await expect(
      stores.limiter.take({ name: 'x', points: 1, seconds: 1 }, 'k'),
    ).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(performance.now() - started).toBeLessThan(4000)
  })

  it('end all of their connections when Redis is away', async () => {
    const ended = new Promise((resolve) => void connection.redis.once('end', resolve))
    await connection.close()
    await ended
  })
})

async function dumpRedis(url: string): Promise<string> {
  const redis = new Redis(url)
  const keys = await redis.keys('*')
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key)
      if (type === 'hash') return redis.hgetall(key)
      return type === 'set' ? redis.smembers(key) : redis.get(key)
    }),
  )
  redis.disconnect()
  return JSON.stringify([keys, values])
}
