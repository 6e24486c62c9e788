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
import { JOIN_GRANT, SAVE, SPEND } from './artifact-scripts.ts'
import type { RedisClient } from './client.ts'
import { guarded } from './guarded.ts'
import { script } from './script.ts'
import { trackedReads } from './tracked-reads.ts'

/** Asked about by resource servers, again and again; what is not a token under one name is looked for under
 *  the next. */
const ASKED_AGAIN = new Set(['AccessToken', 'ClientCredentials', 'RefreshToken', 'Grant'])
/** A refresh token is spent: its mark is always read anew. */
const KEPT = new Set(['AccessToken', 'ClientCredentials', 'Grant', 'Session'])

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

  const tracked = trackedReads(redis, clock.now)
  const asked = shared((hash: string) =>
    tracked.read(keyOf(hash), {
      load: (connection) => stored(connection, hash),
      isKept: ({ model }) => KEPT.has(model),
    }),
  )

  async function stored(connection: RedisClient, hash: string): Promise<Stored | undefined> {
    const [model, sealed, consumed] = await guarded(connection.hmget(keyOf(hash), 'm', 'p', 'c'))
    if (!model || !sealed) return undefined
    return { model, consumed, text: openArtifactText(secrets, model, hash, sealed) }
  }

  const ordinary = (model: string, hash: string) =>
    ASKED_AGAIN.has(model) ? asked.read(hash) : stored(redis, hash)

  /** A token lives as long as its session: each look at a token looks at the session too. */
  async function sessionHash(key: string): Promise<string | undefined> {
    return tracked.read<string>(key, {
      load: async (connection) => (await guarded(connection.get(key))) ?? undefined,
      isKept: () => true,
    })
  }

  function opened(model: string, found: Stored | undefined): ArtifactPayload | undefined {
    if (found?.model !== model) return undefined
    const payload = JSON.parse(found.text) as ArtifactPayload
    return found.consumed ? { ...payload, consumed: Number(found.consumed) } : payload
  }

  function changed(hash: string): void {
    tracked.forget(keyOf(hash))
    asked.forget(hash)
  }

  const index = (key: string, hash: string, ttl: number | undefined) =>
    ttl === undefined ? redis.set(key, hash) : redis.set(key, hash, 'EX', ttl)

  return {
    async put(model, id, payload, ttlSeconds) {
      const hash = digestOf(id)
      const [grantId, uid, userCode] = ['grantId', 'uid', 'userCode'].map((name) =>
        text(payload, name),
      )
      const sealed = sealArtifact(secrets, model, hash, payload)
      const keys: string[] = []
      if (uid) keys.push(indexKey(model, 'uid', uid))
      if (userCode) keys.push(indexKey(model, 'userCode', userCode))
      // In this order, in one go: nothing is there before it can be found and revoked.
      const writes: Promise<unknown>[] = []
      if (grantId) writes.push(joinGrant(grantKey(grantId), hash, ttlSeconds ?? 0))
      for (const key of keys) writes.push(index(key, hash, ttlSeconds))
      writes.push(save(keyOf(hash), model, sealed, ttlSeconds ?? 0))
      await guarded(Promise.all(writes))
      for (const key of keys) tracked.forget(key)
      changed(hash)
    },

    async get(model, id) {
      return opened(model, await ordinary(model, digestOf(id)))
    },

    async getBy(model, name, value) {
      const key = indexKey(model, name, value)
      if (model === 'Session') {
        const hash = await sessionHash(key)
        return hash === undefined ? undefined : opened(model, await asked.read(hash))
      }
      const hash = await guarded(redis.get(key))
      return hash === null ? undefined : opened(model, await ordinary(model, hash))
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
