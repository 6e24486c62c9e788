import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { PanjerehError } from '../../src/errors.ts'

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
  maxRetriesPerRequest: 1,
  connectTimeout: 1_500,
  commandTimeout: 1_500,
  retryStrategy: (times: number) => Math.min(times * 100, 2_000),
} satisfies RedisOptions

interface Node {
  readonly host: string
  readonly port: number
}

/** `redis://` and `rediss://` for one server, `redis+sentinel://h1:p,h2:p/master?db=0` and
 *  `redis+cluster://h1:p,h2:p` for several. Throws `storage_unavailable` when it does not answer. */
export async function openRedis(url: string): Promise<RedisConnection> {
  const redis = connect(url)
  redis.on('error', () => undefined) // every command's own caller is told
  const ping = async () => {
    await redis.ping().catch(unavailable)
  }
  await ping().catch((error: unknown) => {
    redis.disconnect()
    throw error
  })
  return { redis, ping, close: () => close(redis) }
}

/** Lets what is under way finish; a server that is away is not waited for. */
async function close(redis: RedisClient): Promise<void> {
  if (redis.status !== 'ready') return redis.disconnect()
  await redis.quit().catch(() => redis.disconnect())
}

function unavailable(cause: unknown): never {
  throw new PanjerehError('storage_unavailable', 'Redis does not answer', { cause })
}

const KINDS: Readonly<Record<string, (url: string) => RedisClient>> = {
  redis: (url) => new Redis(url, OPTIONS),
  rediss: (url) => new Redis(url, OPTIONS),
  'redis+sentinel': sentinel,
  'redis+cluster': (url) =>
    new Cluster(nodesOf(url), { redisOptions: OPTIONS, enableAutoPipelining: true }),
}

function connect(url: string): RedisClient {
  const kind = url.slice(0, url.indexOf('://'))
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (make === undefined)
    throw new PanjerehError('config_invalid', `no Redis is reached by ${kind}://`)
  return make(url)
}

function sentinel(url: string): RedisClient {
  const [, name = 'mymaster', query = ''] = /^[^/]*\/\/[^/]*\/([^?]*)\??(.*)$/.exec(url) ?? []
  const db = Number(new URLSearchParams(query).get('db') ?? 0)
  return new Redis({ ...OPTIONS, sentinels: nodesOf(url), name, db })
}

function nodesOf(url: string): Node[] {
  const list = /:\/\/([^/?]+)/.exec(url)?.[1] ?? ''
  return list.split(',').map((node) => {
    const at = node.lastIndexOf(':')
    return at < 0
      ? { host: node, port: 6379 }
      : { host: node.slice(0, at), port: Number(node.slice(at + 1)) }
  })
}
