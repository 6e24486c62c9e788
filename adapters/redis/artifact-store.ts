import type { ArtifactPayload, ArtifactStore } from '../../src/ports/artifact-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import {
  digestOf,
  openArtifactText,
  sealArtifact,
  shared,
  text,
} from '../../src/sealing/artifact-envelope.ts'
import type { RedisClient } from './client.ts'
import { guarded } from './guarded.ts'
import { script } from './script.ts'
import { trackedReads } from './tracked-reads.ts'

/** Asked about by resource servers, again and again; what is not a token under one name is looked for under
 *  the next. */
const ASKED_AGAIN = new Set(['AccessToken', 'ClientCredentials', 'RefreshToken', 'Grant'])
/** A refresh token is spent: its mark is always read anew. */
const KEPT = new Set(['AccessToken', 'ClientCredentials', 'Grant'])

interface Stored {
  readonly model: string
  readonly text: string
  readonly consumed?: string | null
}

interface Needs {
  readonly redis: RedisClient
  readonly secrets: SecretBox
  readonly clock: Clock
}

/** The mark is a field of the record and lives as long; it is set once, whoever comes first. */
const SPEND = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  if redis.call('HGET', KEYS[1], 'm') ~= ARGV[1] then return 0 end
  return redis.call('HSETNX', KEYS[1], 'c', ARGV[2])`

/** A record and its end are one: no crash leaves one that never expires. */
const SAVE = `
  redis.call('HSET', KEYS[1], 'm', ARGV[1], 'p', ARGV[2])
  if tonumber(ARGV[3]) > 0 then return redis.call('EXPIRE', KEYS[1], ARGV[3]) end
  return redis.call('PERSIST', KEYS[1])`

/** A set of a grant lives as long as the longest-lived of its members. */
const JOIN_GRANT = `
  redis.call('SADD', KEYS[1], ARGV[1])
  local left = redis.call('TTL', KEYS[1])
  local ttl = tonumber(ARGV[2])
  if ttl == 0 then redis.call('PERSIST', KEYS[1])
  elseif left == -1 and redis.call('SCARD', KEYS[1]) > 1 then return 0
  elseif left < ttl then redis.call('EXPIRE', KEYS[1], ttl) end
  return 1`

/** Every key stands alone, so that a Cluster may put each where it likes. */
export function artifactStore({ redis, secrets, clock }: Needs): ArtifactStore {
  const [spend, save, joinGrant] = [
    script(redis, 'spendArtifact', SPEND),
    script(redis, 'saveArtifact', SAVE),
    script(redis, 'joinGrant', JOIN_GRANT),
  ]
  const keyOf = (hash: string) => `artifact:${hash}`
  const grantKey = (grantId: string) => `grant:${digestOf(grantId)}`
  const indexKey = (model: string, index: 'uid' | 'userCode', value: string) =>
    `${index}:${model}:${index === 'uid' ? digestOf(value) : secrets.fingerprint(value, 'user_code')}`

  const tracked = trackedReads<Stored>(redis, {
    now: clock.now,
    isKept: ({ model }) => KEPT.has(model),
  })
  const tokens = shared((hash: string) =>
    tracked.read(keyOf(hash), (connection) => stored(connection, hash)),
  )

  async function stored(connection: RedisClient, hash: string): Promise<Stored | undefined> {
    const [model, sealed, consumed] = await guarded(connection.hmget(keyOf(hash), 'm', 'p', 'c'))
    if (!model || !sealed) return undefined
    return { model, consumed, text: openArtifactText(secrets, model, hash, sealed) }
  }

  async function opened(model: string, hash: string): Promise<ArtifactPayload | undefined> {
    const found = await (ASKED_AGAIN.has(model) ? tokens.read(hash) : stored(redis, hash))
    if (found?.model !== model) return undefined
    const payload = JSON.parse(found.text) as ArtifactPayload
    return found.consumed ? { ...payload, consumed: Number(found.consumed) } : payload
  }

  function changed(hash: string): void {
    tracked.forget(keyOf(hash))
    tokens.forget(hash)
  }

  async function write(model: string, hash: string, sealed: string, ttl: number | undefined) {
    await guarded(save(keyOf(hash), model, sealed, ttl ?? 0))
  }

  async function index(key: string, hash: string, ttl: number | undefined) {
    await guarded(ttl === undefined ? redis.set(key, hash) : redis.set(key, hash, 'EX', ttl))
  }

  return {
    async put(model, id, payload, ttlSeconds) {
      const hash = digestOf(id)
      const [grantId, uid, userCode] = ['grantId', 'uid', 'userCode'].map((name) =>
        text(payload, name),
      )
      const joined: Promise<unknown>[] = []
      if (grantId) joined.push(joinGrant(grantKey(grantId), hash, ttlSeconds ?? 0))
      if (uid) joined.push(index(indexKey(model, 'uid', uid), hash, ttlSeconds))
      if (userCode) joined.push(index(indexKey(model, 'userCode', userCode), hash, ttlSeconds))
      await guarded(Promise.all(joined))
      await write(model, hash, sealArtifact(secrets, model, hash, payload), ttlSeconds)
      changed(hash)
    },

    get: (model, id) => opened(model, digestOf(id)),

    async getBy(model, index_, value) {
      const hash = await guarded(redis.get(indexKey(model, index_, value)))
      return hash === null ? undefined : opened(model, hash)
    },

    async consume(model, id) {
      const [now, hash] = [Math.floor(clock.now() / 1000), digestOf(id)]
      const spent = await guarded(spend(keyOf(hash), model, now))
      changed(hash)
      return spent === 1
    },

    async remove(_model, id) {
      const hash = digestOf(id)
      await guarded(redis.del(keyOf(hash)))
      changed(hash)
    },

    async revokeGrant(grantId) {
      const members = await guarded(redis.smembers(grantKey(grantId)))
      const keys = [...members.map(keyOf), keyOf(digestOf(grantId)), grantKey(grantId)]
      await guarded(Promise.all(keys.map((key) => redis.del(key))))
      for (const hash of [...members, digestOf(grantId)]) changed(hash)
    },
  }
}
