import { beforeEach, describe, expect, it } from '@jest/globals'
import { otpLevel } from '../../../interactions/otp/level.ts'
import { smsText } from '../../../interactions/otp/sms-text.ts'
import type { OtpState } from '../../../interactions/otp/state.ts'
import type { Outcome, Visit } from '../../../src/assurance/level.ts'
import {
  fakeClock,
  fakeEvents,
  fakeLimiter,
  fakeRandom,
  fakeSms,
  testSecrets,
} from '../../support/fakes.ts'

const POLICY = {
  host: 'window.example',
  lifetimeSeconds: 120,
  tries: 5,
  resendSeconds: 60,
  sendsPerHour: 5,
  sendsPerMinuteOverall: 50,
  foreignNumbers: 'refuse' as const,
}
const VISIT: Visit = {
  uid: 'u',
  clientId: 'agency',
  locale: 'fa',
  origin: { address: 'a1', subnet: 's1' },
}

function world() {
  const clock = fakeClock()
  const [sms, events] = [fakeSms(), fakeEvents()]
  const ports = {
    clock,
    sms,
    events,
    limiter: fakeLimiter(clock),
    random: fakeRandom,
    secrets: testSecrets(),
  }
  return { ...ports, level: otpLevel(ports, POLICY) }
}

let w: ReturnType<typeof world>
beforeEach(() => {
  w = world()
})

type Ask = Extract<Outcome<OtpState>, { kind: 'ask' }>

async function turn(from: Outcome<OtpState>, input: Record<string, string>, visit = VISIT) {
  if (from.kind !== 'ask') throw new Error(`nothing is asked: ${from.kind}`)
  return w.level.proceed({
    visit,
    state: w.level.parse(JSON.parse(JSON.stringify(from.state))),
    input,
  })
}

let last = 0
/** Every interaction has its own id. */
const another = (origin = VISIT.origin): Visit => ({ ...VISIT, origin, uid: `u${(last += 1)}` })

async function asked(mobile = '09121234567', visit = another()): Promise<Ask> {
  const outcome = await turn(await w.level.begin(visit), { mobile }, visit)
  if (outcome.kind !== 'ask' || outcome.page !== 'code') throw new Error(JSON.stringify(outcome))
  return outcome
}

const lastCode = () => w.sms.sent.at(-1)?.code ?? ''
const wrongCode = () => String((Number(lastCode()) + 1) % 1_000_000).padStart(6, '0')

describe('level 1', () => {
  it('proves the number whose code comes back', async () => {
    const proved = await turn(await asked(), { code: lastCode() })
    expect(proved).toMatchObject({
      kind: 'proved',
      identifier: { type: 'mobile', value: '+989121234567' },
      evidence: [{ rank: 1, amr: ['otp', 'sms'] }],
    })
  })

  it.each([
    '۰۹۱۲ ۱۲۳ ۴۵۶۷',
    '٠٩١٢١٢٣٤٥٦٧',
    '+98 912-123-4567',
    '00989121234567',
    '989121234567',
    '9121234567',
    '\u200e09121234567',
  ])('reads %p as one number', async (typed) => {
    await asked(typed)
    expect(w.sms.sent[0]?.to).toBe('+989121234567')
  })

  it.each(['', '0912', '02188776655', 'abc', '0912123456789012345678901234567890123456789'])(
    'refuses %p',
    async (mobile) => {
      expect(await turn(await w.level.begin(VISIT), { mobile })).toMatchObject({
        page: 'number',
        error: 'number_invalid',
      })
      expect(w.sms.sent).toEqual([])
    },
  )

  it('refuses foreign numbers by policy', async () => {
    const outcome = await turn(await w.level.begin(VISIT), { mobile: '+447400123456' })
    expect(outcome).toMatchObject({ error: 'number_not_accepted' })
  })

  it('accepts Persian digits and spaces in the code', async () => {
    const state = await asked()
    const typed = lastCode()
      .replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '')
      .replace(/^(...)/, '$1 ')
    expect(await turn(state, { code: typed })).toMatchObject({ kind: 'proved' })
  })

  it('does not count what is no code as a try', async () => {
    let state: Outcome<OtpState> = await asked()
    for (const code of ['', 'abcdef', '12345', '1234567', '12345a']) {
      state = await turn(state, { code })
      expect(state).toMatchObject({ error: 'code_malformed', state: { triesLeft: 5 } })
    }
  })

  it('counts wrong codes where an old page cannot bring them back', async () => {
    const first = await asked()
    for (let i = 4; i > 0; i -= 1) {
      expect(await turn(first, { code: wrongCode() })).toMatchObject({
        error: 'code_wrong',
        state: { triesLeft: i },
      })
    }
    expect(await turn(first, { code: wrongCode() })).toEqual({
      kind: 'refused',
      reason: 'too_many_tries',
    })
    expect(await turn(first, { code: lastCode() })).toMatchObject({ kind: 'refused' })
  })

  it('lets parallel guesses have five tries together', async () => {
    const state = await asked()
    const code = wrongCode()
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => turn(state, { code })))
    expect(outcomes.filter((outcome) => outcome.kind === 'ask')).toHaveLength(4)
  })

  it('refuses the right code too late', async () => {
    const state = await asked()
    w.clock.later(120_001)
    expect(await turn(state, { code: lastCode() })).toMatchObject({
      kind: 'ask',
      error: 'code_expired',
    })
  })

  it('sends the same code again inside its life, and a new one after', async () => {
    const first = await asked()
    const code = lastCode()
    w.clock.later(60_000)
    const second = await turn(first, { action: 'resend' })
    expect(lastCode()).toBe(code)
    expect(w.sms.sent).toHaveLength(2)
    expect(await turn(second, { code })).toMatchObject({ kind: 'proved' })
    w.clock.later(61_000)
    const third = await turn(second, { action: 'resend' })
    expect(w.sms.sent).toHaveLength(3)
    expect(await turn(third, { code: lastCode() })).toMatchObject({ kind: 'proved' })
  })

  it('does not send again too early, nor for ever', async () => {
    const visit = another()
    let state: Outcome<OtpState> = await asked('09121234567', visit)
    expect(await turn(state, { action: 'resend' }, visit)).toMatchObject({
      error: 'resend_too_early',
    })
    for (let i = 0; i < 2; i += 1) {
      w.clock.later(60_000)
      state = await turn(state, { action: 'resend' }, visit)
      expect(state).toMatchObject({ kind: 'ask', page: 'code', error: undefined })
    }
    w.clock.later(60_000)
    expect(await turn(state, { action: 'resend' }, visit)).toMatchObject({
      error: 'too_many_sends',
    })
  })

  it('limits the messages to one number over interactions', async () => {
    for (let i = 0; i < 5; i += 1) await asked()
    const sixth = await turn(await w.level.begin(VISIT), { mobile: '09121234567' })
    expect(sixth).toMatchObject({ page: 'number', error: 'too_many_sends' })
    w.clock.later(3_600_001)
    await asked()
  })

  it('limits the messages from one address, and what all cost together', async () => {
    for (let i = 0; i < 20; i += 1) await asked(`0912000${String(i).padStart(4, '0')}`)
    expect(await turn(await w.level.begin(VISIT), { mobile: '09129999999' })).toMatchObject({
      error: 'too_many_sends',
    })
    for (let i = 20; i < 50; i += 1) {
      const visit = another({ address: `a${i}`, subnet: `s${i}` })
      await asked(`0912000${String(i).padStart(4, '0')}`, visit)
    }
    const visit = another({ address: 'other', subnet: 'other' })
    expect(await turn(await w.level.begin(visit), { mobile: '09128888888' }, visit)).toMatchObject({
      error: 'sms_unavailable',
    })
  })

  it('locks out the stranger who guesses and not the citizen', async () => {
    const stranger = another({ address: 'x', subnet: 'x' })
    for (let round = 0; round < 3; round += 1) {
      let state: Outcome<OtpState> = await turn(
        await w.level.begin(stranger),
        { mobile: '09121234567' },
        stranger,
      )
      while (state.kind === 'ask' && state.page === 'code')
        state = await turn(state, { code: wrongCode() }, stranger)
    }
    const again = await turn(await w.level.begin(stranger), { mobile: '09121234567' }, stranger)
    expect(again).toMatchObject({ error: 'too_many_tries' })
    const citizen = another({ address: 'home', subnet: 'home', device: 'known' })
    expect(
      await turn(await asked('09121234567', citizen), { code: lastCode() }, citizen),
    ).toMatchObject({ kind: 'proved' })
  })

  it('holds nothing against the citizen or his address when no gateway works', async () => {
    w.sms.goDown()
    for (let i = 0; i < 25; i += 1) {
      expect(await turn(await w.level.begin(VISIT), { mobile: '09121234567' })).toMatchObject({
        error: 'sms_unavailable',
      })
    }
    w.sms.comeBack()
    await asked()
  })

  it('forgives a failed message and not those that went out', async () => {
    for (let i = 0; i < 4; i += 1) await asked()
    w.sms.goDown()
    await turn(await w.level.begin(VISIT), { mobile: '09121234567' })
    w.sms.comeBack()
    await asked()
    const sixth = await turn(await w.level.begin(VISIT), { mobile: '09121234567' }, another())
    expect(sixth).toMatchObject({ error: 'too_many_sends' })
  })

  it('counts the messages of an interaction over a change of number', async () => {
    const visit = another()
    let state: Outcome<OtpState> = await w.level.begin(visit)
    for (let i = 0; i < 3; i += 1) {
      state = await turn(state, { mobile: `0912555000${i}` }, visit)
      state = await turn(state, { action: 'change' }, visit)
    }
    expect(await turn(state, { mobile: '09125550009' }, visit)).toMatchObject({
      error: 'too_many_sends',
    })
    expect(w.sms.sent).toHaveLength(3)
  })

  it('sends to a known device when strangers have used up their share', async () => {
    for (let i = 0; i < 5; i += 1)
      await asked('09121234567', another({ address: `x${i}`, subnet: 'x' }))
    const citizen = another({ address: 'home', subnet: 'home', device: 'known' })
    await asked('09121234567', citizen)
  })

  it('keeps no code and no number where it could be read', async () => {
    const { state } = await asked()
    expect(JSON.stringify({ ...state, mobile: '' })).not.toContain(lastCode())
    expect(JSON.stringify(w.events.told)).not.toMatch(/912123|09121/)
  })

  it('binds the message to the origin for WebOTP, within one Persian part', async () => {
    await asked()
    const text = w.sms.sent[0]?.text ?? ''
    expect(text.split('\n').at(-1)).toBe(`@window.example #${lastCode()}`)
    expect(text.indexOf(lastCode())).toBeLessThan(25)
    const long = smsText('fa', { code: '123456', host: 'h'.repeat(30) })
    expect(long.length).toBeLessThanOrEqual(70)
  })

  it('takes a number from login_hint and nothing else', async () => {
    expect(await w.level.begin({ ...VISIT, loginHint: '09121234567' })).toMatchObject({
      state: { given: '+989121234567' },
    })
    expect(await w.level.begin({ ...VISIT, loginHint: '"><script>' })).toMatchObject({
      state: { given: undefined },
    })
  })

  it('lets the number be changed, and the way', async () => {
    const state = await asked()
    expect(await turn(state, { action: 'change' })).toMatchObject({
      page: 'number',
      error: undefined,
    })
    expect(await turn(state, { action: 'passkey' })).toEqual({ kind: 'switch', to: 'passkey' })
  })
})
