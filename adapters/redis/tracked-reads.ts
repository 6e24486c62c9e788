import { Redis } from 'ioredis'
import type { RedisClient } from './client.ts'

/** Reads that are remembered until Redis says that the key has changed. */
export interface TrackedReads {
  /** What is remembered of this key, or what `load` reads. */
  read<Value>(key: string, read: TrackedRead<Value>): Promise<Value | undefined>
  /** One's own change: the next read sees it, whatever Redis has said by then. */
  forget(key: string): void
}

export interface TrackedRead<Value> {
  readonly load: (redis: RedisClient) => Promise<Value | undefined>
  readonly isKept: (value: Value) => boolean
}

/** Resource servers ask about one token again and again. */
const MOST = 20_000
/** If Redis's word is lost (a connection that is dead and does not know it yet), a revocation by another
 *  window is seen after so long at the latest. */
const MOST_MS = 2_000
const CHANNEL = '__redis__:invalidate'

/** Server-assisted client-side caching (Redis 6: CLIENT TRACKING with REDIRECT): one connection reads, and
 *  Redis notes what; another is told what of it has changed. While either is away nothing is remembered,
 *  and reads go the ordinary way, as they do in a Cluster, whose nodes would each need both. */
export function trackedReads(redis: RedisClient, now: () => number): TrackedReads {
  const held = new Map<string, { readonly value: unknown; readonly until: number }>()
  /** A read under way may be remembered as long as it stands here. */
  const reading = new Map<string, object>()
  let reader: Redis | undefined

  function forget(key: string): void {
    held.delete(key)
    reading.delete(key)
  }

  function remember(key: string, value: unknown): void {
    const [oldest] = held.keys()
    if (oldest !== undefined && held.size >= MOST) held.delete(oldest)
    held.set(key, { value, until: now() + MOST_MS })
  }

  if (redis instanceof Redis) {
    track(redis, {
      changed: forget,
      started: (connection) => (reader = connection),
      stopped() {
        reader = undefined
        held.clear()
        reading.clear()
      },
    })
  }

  return {
    async read<Value>(key: string, { load, isKept }: TrackedRead<Value>) {
      const found = held.get(key)
      // A key is read in one way: what is remembered of it is what that way reads.
      if (found && found.until > now()) return found.value as Value
      if (reader === undefined) return load(redis)
      const ticket = {}
      reading.set(key, ticket)
      try {
        const value = await load(reader)
        if (value !== undefined && isKept(value) && reading.get(key) === ticket)
          remember(key, value)
        return value
      } finally {
        if (reading.get(key) === ticket) reading.delete(key)
      }
    },
    forget,
  }
}

interface Tracking {
  changed(key: string): void
  started(reader: Redis): void
  stopped(): void
}

function track(redis: Redis, { changed, started, stopped }: Tracking): void {
  const reader = redis.duplicate({ lazyConnect: true })
  // Who is told speaks RESP2: there the word comes as a message of a channel.
  const told = redis.duplicate({
    protocol: 2,
    enableAutoPipelining: false,
    autoResubscribe: false,
    lazyConnect: true,
  })
  const pair = [reader, told]
  const isUp = () => pair.every(({ status }) => status === 'ready')

  async function start(): Promise<void> {
    stopped()
    if (!isUp()) return
    const id = await told.client('ID')
    await told.subscribe(CHANNEL)
    await reader.client('TRACKING', 'ON', 'REDIRECT', id)
    if (isUp()) started(reader)
  }

  told.on('message', (_channel: string, keys: string | null) => {
    // No key at all: everything was flushed.
    if (keys) for (const key of keys.split(',')) changed(key)
    else stopped()
  })
  for (const connection of pair) {
    connection.on('error', () => undefined) // without it reads go the ordinary way
    connection.on('close', stopped)
    connection.on('ready', () => void start().catch(stopped))
    void connection.connect().catch(() => undefined)
  }
  redis.once('end', () => pair.forEach((connection) => connection.disconnect()))
}
