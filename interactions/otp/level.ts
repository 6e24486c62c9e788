import { timingSafeEqual } from 'node:crypto'
import type { AssuranceLevel, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import { latinDigits, withoutBidiMarks } from '../../src/identity/digits.ts'
import { parseMobile } from '../../src/identity/mobile-number.ts'
import type { Ports } from '../../src/ports/index.ts'
import { otpGuard, type Admission } from './guard.ts'
import { otpPages } from './page.ts'
import type { OtpPolicy } from './policy.ts'
import { otpSender } from './sender.ts'
import { OtpState, type CaptchaState, type CodeState, type OtpError } from './state.ts'

export type { OtpPolicy } from './policy.ts'

type Needs = Pick<Ports, 'captcha' | 'clock' | 'events' | 'limiter' | 'random' | 'secrets' | 'sms'>
type Answer = Outcome<OtpState>

/** RFC 8176: a one-time password, confirmed by SMS. */
const AMR = ['otp', 'sms'] as const
const CODE = /^\d{6}$/

/** Level 1: whoever reads the code that was sent to a mobile number holds that number. It is the same to
 *  this rung whether the number is known, so that nobody learns it here. */
export function otpLevel(ports: Needs, policy: OtpPolicy): AssuranceLevel<OtpState> {
  const { captcha, clock } = ports
  const guard = otpGuard(ports, policy)
  const sender = otpSender(ports, policy)

  const inSeconds = (seconds: number) => clock.now() + seconds * 1000

  async function numberGiven({ visit, input }: Turn<OtpState>): Promise<Answer> {
    const given = (input['mobile'] ?? '').slice(0, 64)
    const mobile = parseMobile(given)
    if (mobile.kind === 'invalid') return askNumber(given, 'number_invalid')
    if (mobile.kind === 'foreign' && policy.foreignNumbers === 'refuse') {
      return askNumber(given, 'number_not_accepted')
    }
    if (captcha && (await guard.isRisky(visit))) {
      return askCaptcha({ kind: 'captcha', mobile: mobile.value, given, puzzle: captcha.puzzle() })
    }
    return start(visit, mobile.value, given)
  }

  async function captchaGiven({ visit, input }: Turn<OtpState>, state: CaptchaState) {
    if (captcha === undefined) return askNumber(state.given)
    const { puzzle, mobile, given } = state
    const result = captcha.check(puzzle, { work: input['work'], sum: input['sum'] })
    if (result === 'early') return askCaptcha(state, 'captcha_early')
    // Every answer uses its puzzle up: a wrong one too, or a small sum would be found by trying.
    const isFirst = await guard.spend(puzzle.id)
    if (result === 'solved' && isFirst) return start(visit, mobile, given)
    const next = { ...state, puzzle: captcha.puzzle() }
    return askCaptcha(next, result === 'wrong' ? 'captcha_wrong' : 'captcha_expired')
  }

  async function start(visit: Visit, mobile: string, given: string): Promise<Answer> {
    const party = await guard.partyOf(mobile, visit.origin)
    if (await guard.isLockedOut(party)) return askNumber(given, 'too_many_tries')
    const admission = await guard.admit(visit, party, true)
    if (admission.kind === 'early') {
      return askNumber(given, 'send_too_early', inSeconds(admission.wait))
    }
    if (admission.kind === 'over') return askNumber(given, admission.error)
    const state = sender.freshCode(mobile, party, admission.wait)
    return send(visit, state, (error) => askNumber(given, error))
  }

  async function send(visit: Visit, state: CodeState, unsent: (error: OtpError) => Answer) {
    const sent = await sender.send(visit, state)
    if (sent === 'refused') return unsent('number_unreachable')
    if (sent !== 'unavailable') return askCode({ ...state, receipt: sent })
    await guard.uncount(visit, state.party)
    return unsent('sms_unavailable')
  }

  /** Inside a code's life the same code goes out again; afterwards a new one. */
  async function resend({ visit }: Turn<OtpState>, state: CodeState): Promise<Answer> {
    const admission: Admission =
      clock.now() < state.resendAt
        ? { kind: 'early', wait: Math.ceil((state.resendAt - clock.now()) / 1000) }
        : await guard.admit(visit, state.party, false)
    if (admission.kind === 'over') return askCode(state, admission.error)
    const resendAt = inSeconds(admission.wait)
    if (admission.kind === 'early') return askCode({ ...state, resendAt }, 'resend_too_early')
    const isAlive = clock.now() < state.expiresAt
    const next = isAlive
      ? { ...state, resendAt }
      : sender.freshCode(state.mobile, state.party, admission.wait)
    return send(visit, next, (error) => askCode(state, error))
  }

  async function codeGiven({ visit, input }: Turn<OtpState>, state: CodeState): Promise<Answer> {
    if (clock.now() >= state.expiresAt) return askCode(state, 'code_expired')
    const code = latinDigits(withoutBidiMarks(input['code'] ?? '')).replace(/[\s\-\u200c]/g, '')
    if (!CODE.test(code)) return askCode(state, 'code_malformed')
    const guess = await guard.guess(state.party, state.codeId)
    if (guess.kind === 'early') {
      return askCode({ ...state, tryAt: inSeconds(guess.wait) }, 'try_too_early')
    }
    if (guess.kind === 'over') return { kind: 'refused', reason: 'too_many_tries' }
    if (isEqual(sender.digestOf(code, state.codeId), state.digest)) return proved(visit, state)
    const wait = await guard.wrong(state.party, guess.n)
    if (guess.triesLeft === 0) return { kind: 'refused', reason: 'too_many_tries' }
    const { triesLeft } = guess
    return askCode({ ...state, triesLeft, tryAt: inSeconds(wait) }, 'code_wrong')
  }

  /** The code lives in this interaction alone, which moves on with the proof: it cannot be used again. */
  async function proved({ origin }: Visit, state: CodeState): Promise<Answer> {
    await guard.right(state.party, origin)
    return {
      kind: 'proved',
      identifier: { type: 'mobile', value: state.mobile },
      evidence: [
        {
          rank: 1,
          method: 'otp',
          amr: AMR,
          provedAt: clock.now(),
          verifier: 'otp/1',
          detail: { channel: 'sms' },
        },
      ],
    }
  }

  async function answered(turn: Turn<OtpState>): Promise<Answer> {
    const { state, input } = turn
    if (state.kind === 'number') return numberGiven(turn)
    if (input['action'] === 'change') return askNumber()
    if (state.kind === 'captcha') return captchaGiven(turn, state)
    return input['action'] === 'resend' ? resend(turn, state) : codeGiven(turn, state)
  }

  return {
    name: 'otp',
    rank: 1,
    parse: (stored) => OtpState.parse(stored),
    begin: async ({ loginHint }) => askNumber(hinted(loginHint)),
    proceed: async (turn) =>
      turn.input['action'] === 'passkey' ? { kind: 'switch', to: 'passkey' } : answered(turn),
    pages: otpPages,
  }
}

function askNumber(given?: string, error?: OtpError, sendAt?: number): Answer {
  return { kind: 'ask', page: 'number', state: { kind: 'number', given, sendAt }, error }
}

function askCaptcha(state: CaptchaState, error?: OtpError): Answer {
  return { kind: 'ask', page: 'captcha', state, error }
}

function askCode(state: CodeState, error?: OtpError): Answer {
  return { kind: 'ask', page: 'code', state, error }
}

/** Only a number is taken from `login_hint`: it is the agency's word, shown for the citizen to correct. */
function hinted(loginHint: string | undefined): string | undefined {
  const mobile = parseMobile(loginHint ?? '')
  return mobile.kind === 'invalid' ? undefined : mobile.value
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
