import { timingSafeEqual } from 'node:crypto'
import type { AssuranceLevel, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import { latinDigits, withoutBidiMarks } from '../../src/identity/digits.ts'
import { parseMobile } from '../../src/identity/mobile-number.ts'
import type { Limit } from '../../src/ports/rate-limiter.ts'
import type { Ports } from '../../src/ports/index.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import { otpPages } from './page.ts'
import { otpLimits, type OtpPolicy } from './policy.ts'
import { smsText } from './sms-text.ts'
import { OtpState, type OtpError } from './state.ts'

export type { OtpPolicy } from './policy.ts'

type Needs = Pick<Ports, 'clock' | 'events' | 'limiter' | 'random' | 'secrets' | 'sms'>
type CodeState = Extract<OtpState, { kind: 'code' }>
type Answer = Outcome<OtpState>

/** RFC 8176: a one-time password, confirmed by SMS. */
const AMR = ['otp', 'sms'] as const
const CODE = /^\d{6}$/

/** Level 1: whoever reads the code that was sent to a mobile number holds that number. It is the same to
 *  this rung whether the number is known, so that nobody learns it here. */
export function otpLevel(ports: Needs, policy: OtpPolicy): AssuranceLevel<OtpState> {
  const { clock, events, limiter, random, secrets, sms } = ports
  const limits = otpLimits(policy)

  const digestOf = (code: string, codeId: string) => secrets.fingerprint(`${codeId}:${code}`, 'otp')
  const numberKey = (mobile: string) => secrets.fingerprint(mobile, 'otp_number')
  const guesserKey = (mobile: string, { origin }: Visit) =>
    `${numberKey(mobile)}:${origin.device ?? origin.subnet}`

  const askNumber = (given?: string, error?: OtpError): Answer => ({
    kind: 'ask',
    page: 'number',
    state: { kind: 'number', given },
    error,
  })
  const askCode = (state: CodeState, error?: OtpError): Answer => ({
    kind: 'ask',
    page: 'code',
    state,
    error,
  })

  async function numberGiven({ visit, input }: Turn<OtpState>): Promise<Answer> {
    const given = (input['mobile'] ?? '').slice(0, 64)
    const mobile = parseMobile(given)
    if (mobile.kind === 'invalid') return askNumber(given, 'number_invalid')
    if (mobile.kind === 'foreign' && policy.foreignNumbers === 'refuse') {
      return askNumber(given, 'number_not_accepted')
    }
    const wrong = await limiter.peek(limits.wrong, guesserKey(mobile.value, visit))
    if (!wrong.allowed) return askNumber(given, 'too_many_tries')
    const fault = await overLimit(visit, mobile.value)
    if (fault) return askNumber(given, fault)
    return send(visit, freshCode(mobile.value), () => askNumber(given, 'sms_unavailable'))
  }

  /** Every counter of what is sent and what it costs. */
  function sendCounters(
    { uid, origin }: Visit,
    mobile: string,
  ): readonly (readonly [Limit, string])[] {
    return [
      [limits.sendsByInteraction, uid],
      [limits.sendsByAddress, origin.address],
      [limits.sendsBySubnet, origin.subnet],
      [limits.sends, `${numberKey(mobile)}:${origin.device ?? 'strangers'}`],
      [limits.sendsOverall, 'all'],
    ]
  }

  async function overLimit(visit: Visit, mobile: string): Promise<OtpError | undefined> {
    for (const [limit, key] of sendCounters(visit, mobile)) {
      const { allowed } = await limiter.take(limit, key)
      if (!allowed) return limit === limits.sendsOverall ? 'sms_unavailable' : 'too_many_sends'
    }
    return undefined
  }

  /** A message that never left is not held against anybody. */
  async function uncount(visit: Visit, mobile: string): Promise<void> {
    for (const [limit, key] of sendCounters(visit, mobile)) await limiter.giveBack(limit, key)
  }

  function freshCode(mobile: string): CodeState {
    const code = random.digits(6)
    const codeId = random.uuid()
    return {
      kind: 'code',
      mobile,
      codeId,
      digest: digestOf(code, codeId),
      sealed: secrets.seal(code, `otp:${codeId}`),
      expiresAt: clock.now() + policy.lifetimeSeconds * 1000,
      resendAt: clock.now() + policy.resendSeconds * 1000,
      triesLeft: policy.tries,
    }
  }

  async function send(visit: Visit, state: CodeState, unsent: () => Answer): Promise<Answer> {
    const code = secrets.open(state.sealed, `otp:${state.codeId}`)
    const text = smsText(visit.locale, { code, host: policy.host })
    try {
      const { gateway } = await sms.send({ to: state.mobile, code, text, locale: visit.locale })
      const about = { at: clock.now(), clientId: visit.clientId, detail: { gateway } }
      await events.record({ type: 'code.sent', ...about })
      return askCode(state)
    } catch (error) {
      if (!(error instanceof UpstreamUnavailable)) throw error
      await uncount(visit, state.mobile)
      return unsent()
    }
  }

  async function codeGiven({ visit, input }: Turn<OtpState>, state: CodeState): Promise<Answer> {
    if (clock.now() >= state.expiresAt) return askCode(state, 'code_expired')
    const code = latinDigits(withoutBidiMarks(input['code'] ?? '')).replace(/[\s\-\u200c]/g, '')
    if (!CODE.test(code)) return askCode(state, 'code_malformed')
    const guesses = await limiter.take(limits.wrong, guesserKey(state.mobile, visit))
    const tries = await limiter.take(limits.tries, state.codeId)
    if (!guesses.allowed || !tries.allowed) return { kind: 'refused', reason: 'too_many_tries' }
    if (!isEqual(digestOf(code, state.codeId), state.digest)) {
      if (tries.remaining === 0) return { kind: 'refused', reason: 'too_many_tries' }
      return askCode({ ...state, triesLeft: tries.remaining }, 'code_wrong')
    }
    return proved(visit, state)
  }

  /** The code lives in this interaction alone, which moves on with the proof: it cannot be used again. */
  async function proved(visit: Visit, state: CodeState): Promise<Answer> {
    await limiter.reset(limits.wrong, guesserKey(state.mobile, visit))
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

  /** Inside a code's life the same code goes out again; afterwards a new one. */
  async function resend({ visit }: Turn<OtpState>, state: CodeState): Promise<Answer> {
    if (clock.now() < state.resendAt) return askCode(state, 'resend_too_early')
    const fault = await overLimit(visit, state.mobile)
    if (fault) return askCode(state, fault)
    const isAlive = clock.now() < state.expiresAt
    const again = isAlive ? state : freshCode(state.mobile)
    const resendAt = clock.now() + policy.resendSeconds * 1000
    const next = { ...again, resendAt }
    return send(visit, next, () => askCode(state, 'sms_unavailable'))
  }

  const ACTIONS: Readonly<
    Record<string, (turn: Turn<OtpState>, state: CodeState) => Promise<Answer>>
  > = {
    resend,
    change: async () => askNumber(),
  }

  return {
    name: 'otp',
    rank: 1,
    parse: (stored) => OtpState.parse(stored),
    begin: async ({ loginHint }) => askNumber(hinted(loginHint)),
    async proceed(turn) {
      const { state, input } = turn
      if (input['action'] === 'passkey') return { kind: 'switch', to: 'passkey' }
      if (state.kind === 'number') return numberGiven(turn)
      const action = Object.hasOwn(ACTIONS, input['action'] ?? '') ? input['action'] : undefined
      return action ? (ACTIONS[action]?.(turn, state) ?? askCode(state)) : codeGiven(turn, state)
    },
    pages: otpPages,
  }
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
