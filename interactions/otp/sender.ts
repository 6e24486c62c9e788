import type { Visit } from '../../src/assurance/level.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { SmsReceipt } from '../../src/ports/sms-gateway.ts'
import type { OtpPolicy } from './policy.ts'
import { smsText } from './sms-text.ts'
import type { CodeState, Party } from './state.ts'

type Needs = Pick<Ports, 'clock' | 'events' | 'random' | 'secrets' | 'sms'>

/** Makes codes and hands them to the gateways. */
export function otpSender({ clock, events, random, secrets, sms }: Needs, policy: OtpPolicy) {
  const digestOf = (code: string, codeId: string) => secrets.fingerprint(`${codeId}:${code}`, 'otp')

  function freshCode(mobile: string, party: Party, resendWait: number): CodeState {
    const code = random.digits(6)
    const codeId = random.uuid()
    return {
      kind: 'code',
      mobile,
      party,
      codeId,
      digest: digestOf(code, codeId),
      sealed: secrets.seal(code, `otp:${codeId}`),
      expiresAt: clock.now() + policy.lifetimeSeconds * 1000,
      resendAt: clock.now() + resendWait * 1000,
      tryAt: 0,
      triesLeft: policy.tries,
    }
  }

  async function send(
    { locale, clientId, requestId }: Visit,
    { mobile: to, sealed, codeId, receipt: repeats }: CodeState,
  ): Promise<SmsReceipt | 'refused' | 'unavailable'> {
    const code = secrets.open(sealed, `otp:${codeId}`)
    const text = smsText(locale, { code, host: policy.host })
    const sent = await tried(() => sms.send({ to, code, text, locale, repeats }))
    if (typeof sent === 'string') return sent
    const { gateway } = sent
    const about = { at: clock.now(), clientId, requestId, detail: { gateway } }
    await events.record({ type: 'code.sent', ...about })
    return sent
  }

  return { digestOf, freshCode, send }
}

async function tried<Sent>(sending: () => Promise<Sent>): Promise<Sent | 'unavailable'> {
  try {
    return await sending()
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return 'unavailable'
    throw error
  }
}
