import { describe, expect, it } from '@jest/globals'
import type { ArtifactStore } from '../../src/ports/artifact-store.ts'
import type { RateLimiter } from '../../src/ports/rate-limiter.ts'
import type { StepStore } from '../../src/ports/step-store.ts'

export interface Stores {
  readonly artifacts: ArtifactStore
  readonly steps: StepStore
  readonly limiter: RateLimiter
  /** Everything that is stored, as text. */
  dump(): Promise<string>
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
let last = 0
const fresh = (name: string) => `${name}-${Date.now()}-${(last += 1)}`

/** What every store of short-lived things does, whatever it is made of. */
export function transientContract(stores: () => Stores): void {
  const at = () => stores()
  const code = (more: Record<string, unknown> = {}) => ({
    kind: 'AuthorizationCode',
    accountId: 'a',
    ...more,
  })

  describe('artefacts', () => {
    it('are found by id and model, and by nothing else', async () => {
      const id = fresh('code')
      await at().artifacts.put('AuthorizationCode', id, code(), 60)
      expect(await at().artifacts.get('AuthorizationCode', id)).toEqual(code())
      expect(await at().artifacts.get('AccessToken', id)).toBeUndefined()
      expect(await at().artifacts.get('AuthorizationCode', `${id}x`)).toBeUndefined()
    })

    it('are found under one model of several that are asked in the same turn', async () => {
      const id = fresh('token')
      await at().artifacts.put('RefreshToken', id, { kind: 'RefreshToken' }, 60)
      const models = ['AccessToken', 'ClientCredentials', 'RefreshToken']
      const found = await Promise.all(models.map((model) => at().artifacts.get(model, id)))
      expect(found).toEqual([undefined, undefined, { kind: 'RefreshToken' }])
    })

    it('are spent by exactly one of fifty at once, and say so', async () => {
      const id = fresh('code')
      await at().artifacts.put('AuthorizationCode', id, code(), 60)
      const winners = await Promise.all(
        Array.from({ length: 50 }, () => at().artifacts.consume('AuthorizationCode', id)),
      )
      expect(winners.filter(Boolean)).toHaveLength(1)
      const spent = await at().artifacts.get('AuthorizationCode', id)
      expect(spent?.['consumed']).toEqual(expect.any(Number))
    })

    it('stay spent when they are saved again', async () => {
      const id = fresh('device')
      await at().artifacts.put('DeviceCode', id, { kind: 'DeviceCode' }, 60)
      expect(await at().artifacts.consume('DeviceCode', id)).toBe(true)
      await at().artifacts.put('DeviceCode', id, { kind: 'DeviceCode', error: 'x' }, 60)
      expect(await at().artifacts.consume('DeviceCode', id)).toBe(false)
    })

    it('cannot be spent when they are not there, or are something else', async () => {
      const id = fresh('code')
      expect(await at().artifacts.consume('AuthorizationCode', id)).toBe(false)
      await at().artifacts.put('AuthorizationCode', id, code(), 60)
      expect(await at().artifacts.consume('RefreshToken', id)).toBe(false)
    })

    it('expire', async () => {
      const id = fresh('short')
      await at().artifacts.put('AccessToken', id, { kind: 'AccessToken' }, 1)
      await later(1100)
      expect(await at().artifacts.get('AccessToken', id)).toBeUndefined()
    })

    it('are not there when they have expired, swept or not', async () => {
      const [id, old, userCode, uid] = [fresh('new'), fresh('old'), fresh('CODE'), fresh('uid')]
      const device = { kind: 'DeviceCode', userCode }
      await at().artifacts.put('DeviceCode', old, device, 1)
      await at().artifacts.put('Session', fresh('session'), { kind: 'Session', uid }, 1)
      await at().artifacts.put('ReplayDetection', id, { kind: 'ReplayDetection' }, 1)
      expect(await at().artifacts.consume('ReplayDetection', id)).toBe(true)
      await later(1100)
      expect(await at().artifacts.consume('DeviceCode', old)).toBe(false)
      expect(await at().artifacts.getBy('Session', 'uid', uid)).toBeUndefined()
      await at().artifacts.put('DeviceCode', fresh('new'), { ...device, n: 2 }, 60)
      const found = await at().artifacts.getBy('DeviceCode', 'userCode', userCode)
      expect(found).toMatchObject({ n: 2 })
      await at().artifacts.put('ReplayDetection', id, { kind: 'ReplayDetection' }, 60)
      expect(await at().artifacts.consume('ReplayDetection', id)).toBe(true)
    })

    it('without a time to live do not expire', async () => {
      const id = fresh('long')
      await at().artifacts.put('InitialAccessToken', id, { kind: 'InitialAccessToken' }, undefined)
      expect(await at().artifacts.get('InitialAccessToken', id)).toBeDefined()
    })

    it('are found by uid and by user code', async () => {
      const [uid, userCode] = [fresh('uid'), fresh('CODE')]
      await at().artifacts.put('Session', fresh('session'), { kind: 'Session', uid }, 60)
      await at().artifacts.put('DeviceCode', fresh('device'), { kind: 'DeviceCode', userCode }, 60)
      expect(await at().artifacts.getBy('Session', 'uid', uid)).toMatchObject({ uid })
      expect(await at().artifacts.getBy('DeviceCode', 'userCode', userCode)).toMatchObject({
        userCode,
      })
      expect(await at().artifacts.getBy('Session', 'uid', `${uid}x`)).toBeUndefined()
    })

    it('go with their grant, and the grant with them', async () => {
      const [grantId, other] = [fresh('grant'), fresh('grant')]
      const [token, theirs] = [fresh('token'), fresh('token')]
      await at().artifacts.put('Grant', grantId, { kind: 'Grant' }, 60)
      await at().artifacts.put('AccessToken', token, { kind: 'AccessToken', grantId }, 60)
      await at().artifacts.put('AccessToken', theirs, { kind: 'AccessToken', grantId: other }, 60)
      await at().artifacts.revokeGrant(grantId)
      expect(await at().artifacts.get('Grant', grantId)).toBeUndefined()
      expect(await at().artifacts.get('AccessToken', token)).toBeUndefined()
      expect(await at().artifacts.get('AccessToken', theirs)).toBeDefined()
    })

    it('leave nothing in a dump that could be used or read', async () => {
      const [id, grantId, userCode] = [fresh('secret'), fresh('grant'), fresh('USERCODE')]
      const payload = { kind: 'AccessToken', grantId, userCode, login_hint: '+989121234567' }
      await at().artifacts.put('AccessToken', id, payload, 60)
      await at().steps.save(fresh('uid'), { mobile: '+989121234567' }, undefined, 60)
      const dump = await at().dump()
      expect(dump.length).toBeGreaterThan(0)
      for (const secret of [id, grantId, userCode, '989121234567'])
        expect(dump).not.toContain(secret)
    })
  })

  describe('steps', () => {
    it('are saved by who read them last, and by nobody else', async () => {
      const uid = fresh('step')
      expect(await at().steps.load(uid)).toBeUndefined()
      expect(await at().steps.save(uid, { n: 1 }, undefined, 60)).toBe(true)
      expect(await at().steps.save(uid, { n: 2 }, undefined, 60)).toBe(false)
      const stored = await at().steps.load(uid)
      expect(stored).toMatchObject({ value: { n: 1 } })
      const saves = await Promise.all(
        Array.from({ length: 10 }, (_, n) => at().steps.save(uid, { n }, stored?.version, 60)),
      )
      expect(saves.filter(Boolean)).toHaveLength(1)
      await at().steps.remove(uid)
      expect(await at().steps.load(uid)).toBeUndefined()
    })

    it('that have expired are not there: they begin anew', async () => {
      const uid = fresh('step')
      await at().steps.save(uid, { n: 1 }, undefined, 1)
      const stored = await at().steps.load(uid)
      await later(1100)
      expect(await at().steps.save(uid, { n: 2 }, stored?.version, 60)).toBe(false)
      expect(await at().steps.save(uid, { n: 3 }, undefined, 60)).toBe(true)
      expect(await at().steps.load(uid)).toMatchObject({ value: { n: 3 } })
    })
  })

  describe('limits', () => {
    const limit = { name: 'contract', points: 5, seconds: 60 }

    it('let through as many as they say, of many at once', async () => {
      const key = fresh('key')
      const taken = await Promise.all(
        Array.from({ length: 30 }, () => at().limiter.take(limit, key)),
      )
      expect(taken.filter((state) => state.allowed)).toHaveLength(5)
      const over = taken.find((state) => !state.allowed)
      expect(over).toMatchObject({ remaining: 0 })
      expect(over?.retryAfterSeconds).toBeGreaterThan(0)
    })

    it('can be looked at without being counted, and be forgotten', async () => {
      const key = fresh('key')
      expect(await at().limiter.peek(limit, key)).toEqual({
        allowed: true,
        remaining: 5,
        retryAfterSeconds: 0,
      })
      for (let i = 0; i < 5; i += 1) await at().limiter.take(limit, key)
      expect(await at().limiter.peek(limit, key)).toMatchObject({ allowed: false, remaining: 0 })
      await at().limiter.reset(limit, key)
      expect(await at().limiter.peek(limit, key)).toMatchObject({ allowed: true, remaining: 5 })
    })

    it('can be given back, one at a time', async () => {
      const key = fresh('key')
      for (let i = 0; i < 6; i += 1) await at().limiter.take(limit, key)
      await at().limiter.giveBack(limit, key)
      await at().limiter.giveBack(limit, key)
      expect((await at().limiter.take(limit, key)).allowed).toBe(true)
      expect((await at().limiter.take(limit, key)).allowed).toBe(false)
    })

    it('give back nothing of a window that is over', async () => {
      const [key, one] = [fresh('key'), { name: 'over', points: 1, seconds: 60 }]
      await at().limiter.giveBack(one, key)
      expect((await at().limiter.take(one, key)).allowed).toBe(true)
      expect((await at().limiter.take(one, key)).allowed).toBe(false)
    })

    it('end with their window', async () => {
      const key = fresh('key')
      const short = { name: 'short', points: 1, seconds: 1 }
      await at().limiter.take(short, key)
      expect((await at().limiter.take(short, key)).allowed).toBe(false)
      await later(1100)
      expect((await at().limiter.take(short, key)).allowed).toBe(true)
    })
  })
}
