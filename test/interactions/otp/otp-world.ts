import { otpLevel, type OtpPolicy } from '../../../interactions/otp/level.ts'
import type { OtpState } from '../../../interactions/otp/state.ts'
import type { Outcome, Visit } from '../../../src/assurance/level.ts'
import type { Captcha } from '../../../src/ports/captcha.ts'
import {
  fakeClock,
  fakeEvents,
  fakeLimiter,
  fakeRandom,
  fakeSms,
  testSecrets,
} from '../../support/fakes.ts'

export const POLICY: OtpPolicy = {
  host: 'window.example',
  lifetimeSeconds: 120,
  tries: 5,
  resendSeconds: 60,
  sendsPerHour: 5,
  sendsPerMinuteOverall: 50,
  foreignNumbers: 'refuse',
}
export const VISIT: Visit = {
  uid: 'u',
  clientId: 'agency',
  locale: 'fa',
  origin: { address: 'a1', subnet: 's1' },
}
export const MOBILE = '09121234567'
export const HOME = { address: 'home', subnet: 'home', device: 'phone' }

export type Asked = Outcome<OtpState>
type Origin = Visit['origin']

let last = 0
/** Every interaction has its own id. */
export const another = (origin: Origin = VISIT.origin): Visit => ({
  ...VISIT,
  origin,
  uid: `u${(last += 1)}`,
})

/** The rung with everything outside it in memory, and people who use it. */
export function otpWorld(captchaOf?: (clock: { now(): number }) => Captcha) {
  const clock = fakeClock()
  const ports = {
    clock,
    sms: fakeSms(),
    events: fakeEvents(),
    limiter: fakeLimiter(clock),
    random: fakeRandom,
    secrets: testSecrets(),
    captcha: captchaOf?.(clock),
  }
  const level = otpLevel(ports, POLICY)

  async function turn(from: Asked, input: Record<string, string>, visit = VISIT): Promise<Asked> {
    if (from.kind !== 'ask') throw new Error(`nothing is asked: ${from.kind}`)
    const state = level.parse(JSON.parse(JSON.stringify(from.state)))
    return level.proceed({ visit, state, input })
  }

  async function given(mobile = MOBILE, visit = another()): Promise<Asked> {
    return turn(await level.begin(visit), { mobile }, visit)
  }

  async function asked(mobile = MOBILE, visit = another()) {
    const outcome = await given(mobile, visit)
    if (outcome.kind !== 'ask' || outcome.page !== 'code') throw new Error(JSON.stringify(outcome))
    return outcome
  }

  const lastCode = () => ports.sms.sent.at(-1)?.code ?? ''
  const wrongCode = () => String((Number(lastCode()) + 1) % 1_000_000).padStart(6, '0')

  /** Signs in with the code, after which the device is known for the number. */
  async function proveOn(origin: Origin, mobile = MOBILE): Promise<Asked> {
    const visit = another(origin)
    return turn(await asked(mobile, visit), { code: lastCode() }, visit)
  }

  /** Asks from interactions of their own, with all the patience that is wanted. */
  async function sendsUntilOver(origin: Origin) {
    const before = ports.sms.sent.length
    for (;;) {
      const outcome = await given(MOBILE, another(origin))
      if (outcome.kind !== 'ask') throw new Error(outcome.kind)
      if (outcome.page === 'code') continue
      if (outcome.error !== 'send_too_early' || outcome.state.kind !== 'number') {
        return { error: outcome.error, sent: ports.sms.sent.length - before }
      }
      clock.later((outcome.state.sendAt ?? 0) - clock.now())
    }
  }

  /** Guesses wrong for most of an hour, or until it is over; how many guesses were looked at. */
  async function guessUntilOver(origin: Origin): Promise<number> {
    const end = clock.now() + 3_500_000
    let looked = 0
    while (clock.now() < end) {
      const visit = another(origin)
      let state = await given(MOBILE, visit)
      while (state.kind === 'ask' && state.page === 'code' && state.error !== 'code_expired') {
        state = await turn(state, { code: wrongCode() }, visit)
        if (state.kind === 'ask' && state.error === 'try_too_early') clock.later(5000)
        else if (state.kind !== 'ask' || state.error === 'code_wrong') looked += 1
      }
      if (state.kind === 'ask' && /too_many/.test(state.error ?? '')) return looked
      clock.later(60_000)
    }
    return looked
  }

  return {
    ...ports,
    level,
    turn,
    given,
    asked,
    lastCode,
    wrongCode,
    proveOn,
    sendsUntilOver,
    guessUntilOver,
  }
}

export type OtpWorld = ReturnType<typeof otpWorld>
