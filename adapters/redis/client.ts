import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { PanjerehError } from '../../src/errors.ts'
import { redisAddress, type RedisAddress } from './redis-url.ts'

export type RedisClient = Redis | Cluster

export interface RedisConnection {
  readonly redis: RedisClient
  ping(): Promise<void>
  close(): Promise<void>
}

/** A request does not wait for a Redis that is away: it fails, and the next one may find it back. */
const OPTIONS = {
  enableAutoPipelining: true,
  enableOfflineQueue: true,
  lazyConnect: true,
  maxRetriesPerRequest: 1,
  connectTimeout: 1_500,
  commandTimeout: 1_500,
  // Of a connection that is gone already ioredis waits for the end, and keeps the process for as long.
  disconnectTimeout: 200,
  retryStrategy: (times: number) => Math.min(times * 100, 2_000),
} satisfies RedisOptions

/** How long opening may take: a server that accepts and says nothing must not stop the start. */
const OPEN_MS = 10_000

/** Reached by `redis://` or `rediss://` (one server), `redis+sentinel://` or `redis+cluster://`
 *  (`rediss+…` for TLS); see `redis-url.ts`. Throws `storage_unavailable` when it does not answer. */
export async function openRedis(url: string): Promise<RedisConnection> {
  const redis = connect(url)
  redis.on('error', () => undefined) // every command's own caller is told
  const ping = async () => {
    await redis.ping().catch(unavailable)
  }
  try {
    await within(OPEN_MS, redis.connect().catch(unavailable))
    await within(OPEN_MS, ping())
  } catch (error) {
    redis.disconnect()
    throw error
  }
  return { redis, ping, close: () => close(redis) }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silent()), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Lets what is under way finish; a server that is away is not waited for. */
async function close(redis: RedisClient): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect())
  else redis.disconnect()
  // Who waits to reconnect ends without a word: the connections that end with it would never hear of it.
  if (redis.status === 'reconnecting') redis.emit('end')
}

function unavailable(cause: unknown): never {
  throw new PanjerehError('storage_unavailable', 'Redis does not answer', { cause })
}

const silent = () => new PanjerehError('storage_unavailable', 'Redis does not answer in time')

const CONNECTS: Readonly<Record<RedisAddress['kind'], (at: RedisAddress) => RedisClient>> = {
  single: (at) => {
    const [{ host, port } = { host: '127.0.0.1', port: 6379 }] = at.nodes
    return new Redis({ ...optionsOf(at), host, port, db: at.db })
  },
  sentinel: (at) =>
    new Redis({
      ...optionsOf(at),
      sentinels: [...at.nodes],
      name: at.name,
      db: at.db,
      ...(at.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      ...(at.sentinelPassword ? { sentinelPassword: at.sentinelPassword } : {}),
    }),
  cluster: (at) =>
    new Cluster([...at.nodes], {
      redisOptions: optionsOf(at),
      enableAutoPipelining: true,
      // Its queue has no deadline: whoever asks while no node is there would wait for ever.
      enableOfflineQueue: false,
      lazyConnect: true,
      clusterRetryStrategy: OPTIONS.retryStrategy,
      slotsRefreshTimeout: OPTIONS.connectTimeout,
    }),
}

function connect(url: string): RedisClient {
  const address = redisAddress(url)
  return CONNECTS[address.kind](address)
}

function optionsOf({ username, password, tls }: RedisAddress): RedisOptions {
  return {
    ...OPTIONS,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls: {} } : {}),
  }
}
