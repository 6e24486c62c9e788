import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openRedis } from '../../../adapters/redis/client.ts'
import { redisStores } from '../../../adapters/redis/index.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { otpGuard } from '../../../interactions/otp/guard.ts'
import { testSecrets } from '../../support/fakes.ts'
import { startRedis } from '../../support/redis.ts'
import { requires } from '../../support/skips.ts'
import { another, HOME, POLICY } from './otp-world.ts'

requires('redis')('the limits of level 1 on Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>>
  let connection: Awaited<ReturnType<typeof openRedis>>
  let guard: ReturnType<typeof otpGuard>
  beforeAll(async () => {
    server = await startRedis()
    if (server === undefined) throw new Error('Redis does not start')
    connection = await openRedis(server.url)
    const secrets = testSecrets()
    const { limiter } = redisStores({ redis: connection.redis, secrets, clock })
    guard = otpGuard({ limiter, secrets }, POLICY)
  })
  afterAll(async () => {
    await connection.close()
    await server?.stop()
  })

  it('let one of many resends through and say how long the others wait', async () => {
    const party = await guard.partyOf('+989121110001', HOME)
    expect(await guard.admit(another(), party, true)).toEqual({ kind: 'admitted', wait: 60 })
    const again = await Promise.all(
      Array.from({ length: 10 }, () => guard.admit(another(), party, false)),
    )
    expect(again.filter(({ kind }) => kind === 'admitted')).toHaveLength(1)
    const others = again.filter((one) => one.kind === 'early')
    expect(others).toHaveLength(9)
    // The one that was first to take the wait chose its length.
    expect(others.every(({ wait }) => wait > 50 && wait <= 600)).toBe(true)
    expect(await guard.admit(another(), party, true)).toMatchObject({ kind: 'early' })
  })

  it('know a device after the right code, and end its waits', async () => {
    const before = await guard.partyOf('+989121110002', HOME)
    expect(before.kind).toBe('stranger')
    for (let n = 1; n <= 2; n += 1) {
      expect(await guard.guess(before, `code-${n}`)).toMatchObject({ kind: 'counted', n })
      await guard.wrong(before, n)
    }
    expect(await guard.guess(before, 'code-3')).toMatchObject({ kind: 'early' })
    await guard.right(before, HOME)
    expect((await guard.partyOf('+989121110002', HOME)).kind).toBe('known')
    expect((await guard.partyOf('+989121110003', HOME)).kind).toBe('stranger')
    expect(await guard.admit(another(), before, true)).toEqual({ kind: 'admitted', wait: 60 })
  })

  it('count parallel guesses together', async () => {
    const party = await guard.partyOf('+989121110004', HOME)
    const guesses = await Promise.all(Array.from({ length: 30 }, () => guard.guess(party, 'one')))
    expect(guesses.filter(({ kind }) => kind === 'counted')).toHaveLength(POLICY.tries)
  })
})
