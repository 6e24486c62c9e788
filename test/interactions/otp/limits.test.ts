import { beforeEach, describe, expect, it } from '@jest/globals'
import { waitAfterSend, waitAfterWrong } from '../../../interactions/otp/policy.ts'
import { another, HOME, otpWorld, POLICY, VISIT, type Asked, type OtpWorld } from './otp-world.ts'

let w: OtpWorld
beforeEach(() => {
  w = otpWorld()
})

describe('the limits of level 1', () => {
  it('counts wrong codes where an old page cannot bring them back', async () => {
    const first = await w.asked()
    for (let i = 4; i > 0; i -= 1) {
      w.clock.later(21_000)
      expect(await w.turn(first, { code: w.wrongCode() })).toMatchObject({
        error: 'code_wrong',
        state: { triesLeft: i },
      })
    }
    w.clock.later(21_000)
    expect(await w.turn(first, { code: w.wrongCode() })).toEqual({
      kind: 'refused',
      reason: 'too_many_tries',
    })
    w.clock.later(14_000)
    expect(await w.turn(first, { code: w.lastCode() })).toMatchObject({ kind: 'ask' })
  })

  it('lets parallel guesses have five tries together', async () => {
    const state = await w.asked()
    const code = w.wrongCode()
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => w.turn(state, { code })))
    const looked = outcomes.filter(
      (outcome) => 'error' in outcome && outcome.error === 'code_wrong',
    )
    expect(looked.length).toBeLessThanOrEqual(4)
    expect(outcomes).not.toContainEqual(expect.objectContaining({ kind: 'proved' }))
  })

  it('does not send again too early, later each time, and not for ever', async () => {
    const visit = another()
    let state: Asked = await w.asked('09121234567', visit)
    for (const wait of [60, 60]) {
      expect(state).toMatchObject({ state: { resendAt: w.clock.now() + wait * 1000 } })
      w.clock.later(wait * 1000 - 1)
      state = await w.turn(state, { action: 'resend' }, visit)
      expect(state).toMatchObject({ error: 'resend_too_early' })
      w.clock.later(1000)
      state = await w.turn(state, { action: 'resend' }, visit)
      expect(state).toMatchObject({ kind: 'ask', page: 'code', error: undefined })
    }
    w.clock.later(120_000)
    expect(await w.turn(state, { action: 'resend' }, visit)).toMatchObject({
      error: 'too_many_sends',
    })
  })

  it('lets a new interaction begin at once twice, and then waits as long', async () => {
    await w.asked()
    await w.asked()
    const third = await w.turn(await w.level.begin(VISIT), { mobile: '09121234567' })
    expect(third).toMatchObject({
      page: 'number',
      error: 'send_too_early',
      state: { sendAt: w.clock.now() + 60_000 },
    })
    expect(w.sms.sent).toHaveLength(2)
    w.clock.later(60_000)
    expect(await w.asked()).toMatchObject({ state: { resendAt: w.clock.now() + 120_000 } })
  })

  it('waits for nobody who has answered', async () => {
    for (let i = 0; i < 4; i += 1) {
      const state = await w.asked()
      expect(state).toMatchObject({ state: { resendAt: w.clock.now() + 60_000 } })
      expect(await w.turn(state, { code: w.lastCode() })).toMatchObject({ kind: 'proved' })
    }
  })

  it('sends one message of ten that are asked for at once in the end', async () => {
    await w.asked()
    await w.asked()
    await Promise.all(
      Array.from({ length: 10 }, async () =>
        w.turn(await w.level.begin(VISIT), { mobile: '09121234567' }, another()),
      ),
    )
    expect(w.sms.sent).toHaveLength(2)
  })

  it('looks at no code too soon after several wrong ones, and says how long', async () => {
    let state: Asked = await w.asked()
    state = await w.turn(state, { code: w.wrongCode() })
    expect(state).toMatchObject({ error: 'code_wrong', state: { tryAt: w.clock.now() } })
    state = await w.turn(state, { code: w.wrongCode() })
    expect(state).toMatchObject({ error: 'code_wrong', state: { tryAt: w.clock.now() + 5000 } })
    w.clock.later(2000)
    state = await w.turn(state, { code: w.lastCode() })
    expect(state).toMatchObject({
      error: 'try_too_early',
      state: { triesLeft: 3, tryAt: w.clock.now() + 3000 },
    })
    w.clock.later(3000)
    expect(await w.turn(state, { code: w.lastCode() })).toMatchObject({ kind: 'proved' })
  })

  it('grows its waits and bounds them', () => {
    const sends = [1, 2, 3, 4, 5, 6, 40].map((n) => waitAfterSend(POLICY, n))
    expect(sends).toEqual([60, 60, 120, 240, 480, 600, 600])
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(waitAfterWrong)).toEqual([0, 5, 10, 20, 40, 60, 60, 60])
  })

  it('limits the messages to one number over interactions', async () => {
    expect(await w.sendsUntilOver(VISIT.origin)).toEqual({ error: 'too_many_sends', sent: 4 })
    const other = { address: 'b', subnet: 'b' }
    expect(await w.sendsUntilOver(other)).toEqual({ error: 'too_many_sends', sent: 1 })
    w.clock.later(3_600_001)
    await w.asked()
  })

  it('limits the messages from one address, and what all cost together', async () => {
    for (let i = 0; i < 20; i += 1) await w.asked(`0912000${String(i).padStart(4, '0')}`)
    expect(await w.turn(await w.level.begin(VISIT), { mobile: '09129999999' })).toMatchObject({
      error: 'too_many_sends',
    })
    for (let i = 20; i < 50; i += 1) {
      const visit = another({ address: `a${i}`, subnet: `s${i}` })
      await w.asked(`0912000${String(i).padStart(4, '0')}`, visit)
    }
    const visit = another({ address: 'other', subnet: 'other' })
    expect(
      await w.turn(await w.level.begin(visit), { mobile: '09128888888' }, visit),
    ).toMatchObject({
      error: 'sms_unavailable',
    })
  })

  it('locks out the stranger who guesses and not the citizen', async () => {
    await w.proveOn(HOME)
    expect(await w.guessUntilOver({ address: 'x', subnet: 'x', device: 'theirs' })).toBeLessThan(12)
    const again = await w.turn(
      await w.level.begin(VISIT),
      { mobile: '09121234567' },
      another({ address: 'x', subnet: 'x' }),
    )
    expect(again).toMatchObject({ page: 'number', error: expect.stringMatching(/too_many/) })
    expect(await w.proveOn(HOME)).toMatchObject({ kind: 'proved' })
  })

  it('knows a device for the numbers that were proved on it and for no other', async () => {
    const devices = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6']
    for (const [i, device] of devices.entries())
      await w.proveOn({ address: device, subnet: device, device }, `0912555000${i}`)
    let looked = 0
    for (const device of devices)
      looked += await w.guessUntilOver({ address: 'x', subnet: 'x', device })
    expect(looked).toBeLessThan(12)
  })

  it('bounds the guesses of all strangers together, and leaves a known device alone', async () => {
    await w.proveOn(HOME)
    let looked = 0
    const started = w.clock.now()
    for (let i = 0; i < 12; i += 1) {
      looked += await w.guessUntilOver({ address: `x${i}`, subnet: `x${i}`, device: `x${i}` })
      if (w.clock.now() - started > 3_000_000) break
    }
    expect(looked).toBeGreaterThan(0)
    expect(looked).toBeLessThanOrEqual(21)
    expect(await w.proveOn(HOME)).toMatchObject({ kind: 'proved' })
  })

  it('holds nothing against the citizen or his address when no gateway works', async () => {
    w.sms.goDown()
    for (let i = 0; i < 25; i += 1) {
      expect(await w.turn(await w.level.begin(VISIT), { mobile: '09121234567' })).toMatchObject({
        error: 'sms_unavailable',
      })
    }
    w.sms.comeBack()
    await w.asked()
  })

  it('forgives a failed message and not those that went out', async () => {
    await w.asked()
    w.sms.goDown()
    await w.turn(await w.level.begin(VISIT), { mobile: '09121234567' })
    w.sms.comeBack()
    expect(await w.sendsUntilOver(VISIT.origin)).toMatchObject({ sent: 3 })
  })

  it('counts the messages of an interaction over a change of number', async () => {
    const visit = another()
    let state: Asked = await w.level.begin(visit)
    for (let i = 0; i < 3; i += 1) {
      state = await w.turn(state, { mobile: `0912555000${i}` }, visit)
      state = await w.turn(state, { action: 'change' }, visit)
    }
    expect(await w.turn(state, { mobile: '09125550009' }, visit)).toMatchObject({
      error: 'too_many_sends',
    })
    expect(w.sms.sent).toHaveLength(3)
  })

  it('sends to a known device when strangers have used up their share', async () => {
    await w.proveOn(HOME)
    await w.sendsUntilOver({ address: 'x', subnet: 'x' })
    await w.sendsUntilOver({ address: 'y', subnet: 'y', device: 'other' })
    expect(await w.proveOn(HOME)).toMatchObject({ kind: 'proved' })
  })
})
