import { beforeEach, describe, expect, it } from '@jest/globals'
import { otpLevel } from '../../../interactions/otp/level.ts'
import { smsText } from '../../../interactions/otp/sms-text.ts'
import { another, otpWorld, POLICY, VISIT, type Asked, type OtpWorld } from './otp-world.ts'

let w: OtpWorld
beforeEach(() => {
  w = otpWorld()
})

describe('level 1', () => {
  it('proves the number whose code comes back', async () => {
    const proved = await w.turn(await w.asked(), { code: w.lastCode() })
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
    await w.asked(typed)
    expect(w.sms.sent[0]?.to).toBe('+989121234567')
  })

  it.each(['', '0912', '02188776655', 'abc', '0912123456789012345678901234567890123456789'])(
    'refuses %p',
    async (mobile) => {
      expect(await w.turn(await w.level.begin(VISIT), { mobile })).toMatchObject({
        page: 'number',
        error: 'number_invalid',
      })
      expect(w.sms.sent).toEqual([])
    },
  )

  it('refuses foreign numbers by policy', async () => {
    const outcome = await w.turn(await w.level.begin(VISIT), { mobile: '+447400123456' })
    expect(outcome).toMatchObject({ error: 'number_not_accepted' })
  })

  it('accepts Persian digits and spaces in the code', async () => {
    const state = await w.asked()
    const typed = w
      .lastCode()
      .replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '')
      .replace(/^(...)/, '$1 ')
    expect(await w.turn(state, { code: typed })).toMatchObject({ kind: 'proved' })
  })

  it('does not count what is no code as a try', async () => {
    let state: Asked = await w.asked()
    for (const code of ['', 'abcdef', '12345', '1234567', '12345a']) {
      state = await w.turn(state, { code })
      expect(state).toMatchObject({ error: 'code_malformed', state: { triesLeft: 5 } })
    }
  })

  it('refuses the right code too late', async () => {
    const state = await w.asked()
    w.clock.later(120_001)
    expect(await w.turn(state, { code: w.lastCode() })).toMatchObject({
      kind: 'ask',
      error: 'code_expired',
    })
  })

  it('sends the same code again inside its life, and a new one after', async () => {
    const first = await w.asked()
    const code = w.lastCode()
    w.clock.later(60_000)
    const second = await w.turn(first, { action: 'resend' })
    expect(w.lastCode()).toBe(code)
    expect(w.sms.sent).toHaveLength(2)
    expect(await w.turn(second, { code })).toMatchObject({ kind: 'proved' })
    w.clock.later(61_000)
    const third = await w.turn(second, { action: 'resend' })
    expect(w.sms.sent).toHaveLength(3)
    expect(await w.turn(third, { code: w.lastCode() })).toMatchObject({ kind: 'proved' })
  })

  it('says so when no gateway sends to a number', async () => {
    const ports = { ...w, sms: { ...w.sms, send: async () => 'refused' as const } }
    const level = otpLevel(ports, POLICY)
    const visit = another()
    const begun = await level.begin(visit)
    if (begun.kind !== 'ask') throw new Error(begun.kind)
    const outcome = await level.proceed({
      visit,
      state: begun.state,
      input: { mobile: '09121234567' },
    })
    expect(outcome).toMatchObject({ page: 'number', error: 'number_unreachable' })
  })

  it('tells the gateways which message is repeated', async () => {
    const visit = another()
    const state = await w.asked('09121234567', visit)
    w.clock.later(60_000)
    await w.turn(state, { action: 'resend' }, visit)
    expect(w.sms.sent.map(({ repeats }) => repeats)).toEqual([
      undefined,
      { gateway: 'fake', messageId: '1' },
    ])
  })

  it('keeps no code and no number where it could be read', async () => {
    const { state } = await w.asked()
    expect(JSON.stringify({ ...state, mobile: '' })).not.toContain(w.lastCode())
    expect(JSON.stringify(w.events.told)).not.toMatch(/912123|09121/)
  })

  it('binds the message to the origin for WebOTP, within one Persian part', async () => {
    await w.asked()
    const text = w.sms.sent[0]?.text ?? ''
    expect(text.split('\n').at(-1)).toBe(`@window.example #${w.lastCode()}`)
    expect(text.indexOf(w.lastCode())).toBeLessThan(25)
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
    const state = await w.asked()
    expect(await w.turn(state, { action: 'change' })).toMatchObject({
      page: 'number',
      error: undefined,
    })
    expect(await w.turn(state, { action: 'passkey' })).toEqual({ kind: 'switch', to: 'passkey' })
  })
})
