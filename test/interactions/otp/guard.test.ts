import { beforeEach, describe, expect, it } from '@jest/globals'
import { otpGuard } from '../../../interactions/otp/guard.ts'
import type { Origin } from '../../../src/assurance/level.ts'
import { fakeClock, fakeLimiter, testSecrets } from '../../support/fakes.ts'
import { POLICY } from './otp-world.ts'

const NUMBER = '+989121234567'

let clock: ReturnType<typeof fakeClock>
let guard: ReturnType<typeof otpGuard>
beforeEach(() => {
  clock = fakeClock()
  guard = otpGuard({ limiter: fakeLimiter(clock), secrets: testSecrets() }, POLICY)
})

let last = 0
/** Guesses wrong, each time at a code of its own, with all the patience that is wanted. */
async function guesses(origin: Origin, most: number): Promise<number> {
  const party = await guard.partyOf(NUMBER, origin)
  for (let n = 0; n < most; n += 1) {
    const guess = await guard.guess(party, `code-${(last += 1)}`)
    if (guess.kind !== 'counted') return n
    const wait = await guard.wrong(party, guess.n)
    clock.later(wait * 1000)
  }
  return most
}

const stranger = (i: number): Origin => ({ address: `x${i}`, subnet: `x${i}`, device: `x${i}` })
const own = (i: number): Origin => ({ address: 'home', subnet: 'home', device: `own${i}` })

async function know(origin: Origin): Promise<void> {
  await guard.right(await guard.partyOf(NUMBER, origin), origin)
}

describe('the guesses at one number in an hour', () => {
  it('are ten from one network', async () => {
    expect(await guesses(stranger(1), 100)).toBe(10)
  })

  it('are twenty from all strangers, however many messages they have', async () => {
    let all = 0
    for (let i = 0; i < 10; i += 1) all += await guesses(stranger(i), 5)
    expect(all).toBe(20)
  })

  it('are ten from one known device and twenty from all of them, strangers or no strangers', async () => {
    for (let i = 0; i < 4; i += 1) await know(own(i))
    for (let i = 0; i < 10; i += 1) await guesses(stranger(i), 5)
    expect(await guesses(own(0), 100)).toBe(10)
    let others = 0
    for (let i = 1; i < 4; i += 1) others += await guesses(own(i), 5)
    expect(others).toBe(10)
    expect(await guard.isLockedOut(await guard.partyOf(NUMBER, own(3)))).toBe(true)
    clock.later(3_600_000)
    expect(await guesses(own(3), 5)).toBe(5)
  })

  it('are not lessened by right codes', async () => {
    await know(own(0))
    for (let i = 0; i < 40; i += 1) {
      const party = await guard.partyOf(NUMBER, own(0))
      expect(await guard.guess(party, `right-${i}`)).toMatchObject({ kind: 'counted' })
      await guard.right(party, own(0))
    }
  })
})
