import type { SecretBox } from '../../src/ports/secret-box.ts'
import type { StepStore } from '../../src/ports/step-store.ts'
import { digestOf } from '../../src/sealing/artifact-envelope.ts'
import type { RedisClient } from './client.ts'
import { guarded } from './guarded.ts'
import { script } from './script.ts'

const SAVE = `
  local version = redis.call('HGET', KEYS[1], 'v') or '0'
  if version ~= ARGV[1] then return 0 end
  redis.call('HSET', KEYS[1], 'v', tonumber(version) + 1, 's', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  return 1`

export function stepStore({
  redis,
  secrets,
}: {
  redis: RedisClient
  secrets: SecretBox
}): StepStore {
  const saveStep = script(redis, 'saveStep', SAVE)
  const keyOf = (uid: string) => `step:${digestOf(uid)}`

  return {
    async load(uid) {
      const key = keyOf(uid)
      const [version, sealed] = await guarded(redis.hmget(key, 'v', 's'))
      if (!version || !sealed) return undefined
      return { version: Number(version), value: JSON.parse(secrets.open(sealed, key)) as unknown }
    },
    async save(uid, value, version, ttlSeconds) {
      const key = keyOf(uid)
      const sealed = secrets.seal(JSON.stringify(value), key)
      return (await guarded(saveStep(key, String(version ?? 0), sealed, ttlSeconds))) === 1
    },
    async remove(uid) {
      await guarded(redis.del(keyOf(uid)))
    },
  }
}
