import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { SignatureNeeds } from '../interactions/signature/needs.ts'
import { en } from '../src/pages/text/en.ts'
import type { Agent } from './support/agent.ts'
import type { Quirks, SoftwareAuthenticator } from './support/authenticator.ts'
import { errorOf, headingOf } from './support/level-2.ts'
import {
  approve,
  enrolled,
  evidenceOf,
  fieldOf,
  openSignatureWindow,
  optionsOf,
  passkeyFor,
  press,
  REZA,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import type { Seen } from './support/agent.ts'

/** Milliseconds by which the rung's clock goes ahead. */
const ahead = { ms: 0 }
const shifted = (ports: SignatureNeeds): SignatureNeeds => ({
  ...ports,
  clock: { now: () => ports.clock.now() + ahead.ms },
})

let window: SignatureWindow
let passkey: SoftwareAuthenticator
let agent: Agent
const TEXT = [{ type: 'ir.transaction', text: 'I owe Reza 10 rials.' }]

beforeAll(async () => {
  window = await openSignatureWindow({ between: shifted, policy: { triesPerHour: 50 } })
  const sara = await enrolled(window)
  passkey = sara.passkey
  agent = sara.agent
}, 60_000)
afterAll(() => window.close())
afterEach(() => {
  ahead.ms = 0
})

const comeAgain = (details: readonly Record<string, unknown>[] = TEXT) =>
  toLevel4(window, { agent, details })
const isReview = (page: Seen) => headingOf(page) === en.signature.reviewTitle.transaction
const proofs = async () =>
  (await evidenceOf(window)).filter(({ rank, method }) => rank === 4 && method === 'signature')

/** What did not lead to a signature leads back to the page, with words, and proves nothing. */
async function expectRefused(answered: Seen, error: keyof typeof en.error) {
  expect(errorOf(answered)).toBe(en.error[error])
  expect(isReview(answered)).toBe(true)
  expect(await proofs()).toEqual([])
}

describe('an approval', () => {
  const quirks: readonly (readonly [string, Quirks])[] = [
    ['over something else', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['without user verification', { isVerified: false }],
    ['without the user', { isPresent: false }],
    ['made on another page', { origin: 'https://elsewhere.example' }],
    ['made for another host', { rpId: 'elsewhere.example' }],
    ['of another ceremony', { type: 'webauthn.create' }],
    ['for another account', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ['with a bit turned', { isForged: true }],
    ['by a passkey that nobody knows', { credentialId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ]
  it.each(quirks)('%s signs nothing', async (_what, quirk) => {
    const { page } = await comeAgain()
    await expectRefused(await approve(agent, page, passkey, quirk), 'signature_failed')
  })

  it('by nobody, or by something that is no answer, signs nothing', async () => {
    const { page } = await comeAgain()
    const empty = await agent.submit(page, { action: 'sign', assertion: '' }, 'csrf')
    await expectRefused(empty, 'signature_failed')
    const noise = { action: 'sign', assertion: '{"id":["x"],"response":7}' }
    await expectRefused(await agent.submit(empty, noise, 'csrf'), 'signature_failed')
  })

  it('by the passkey of somebody else signs nothing', async () => {
    const reza = await enrolled(window, { who: REZA, details: TEXT })
    const { page } = await comeAgain()
    await expectRefused(await approve(agent, page, reza.passkey), 'signature_failed')
  })

  it('of one text does not sign another one', async () => {
    const cheap = await comeAgain()
    const assertion = passkey.get(optionsOf(cheap.page))
    const dear = await comeAgain([{ type: 'ir.transaction', text: 'I owe Reza 1,000,000 rials.' }])
    const answered = await agent.submit(dear.page, { action: 'sign', assertion }, 'csrf')
    await expectRefused(answered, 'signature_failed')
  })

  it('that comes too late signs nothing, and what is to be signed is shown anew', async () => {
    const { page } = await comeAgain()
    const assertion = passkey.get(optionsOf(page))
    ahead.ms = 16 * 60_000
    const answered = await agent.submit(page, { action: 'sign', assertion }, 'csrf')
    await expectRefused(answered, 'signature_expired')
    expect(optionsOf(answered)).not.toBe(optionsOf(page))
  })

  it('of a text that hides something is not even asked for', async () => {
    const { page } = await comeAgain([{ type: 'ir.transaction', text: 'Pay 10\u202e001 rials' }])
    expect(headingOf(page)).toBe(en.signature.stops.text_unfit.title)
    const left = await press(agent, page, 'return')
    expect(left.away?.searchParams.get('error')).toBeTruthy()
  })

  it('can be refused: the service is told, and nothing is signed', async () => {
    const { page } = await comeAgain()
    const left = await press(agent, page, 'refuse')
    expect(left.away?.searchParams.get('error')).toBe('access_denied')
    expect(await proofs()).toEqual([])
  })

  it('that is sent twice signs once', async () => {
    const { page } = await comeAgain()
    const assertion = passkey.get(optionsOf(page))
    const twice = await Promise.all(
      [1, 2].map(() => agent.submit(page, { action: 'sign', assertion }, 'csrf')),
    )
    expect(twice.map(({ status }) => status)).not.toContain(500)
    expect(await proofs()).toHaveLength(1)
    // Again in another visit: the challenge is another one.
    const later = await comeAgain()
    const answered = await agent.submit(later.page, { action: 'sign', assertion }, 'csrf')
    expect(errorOf(answered)).toBe(en.error['signature_failed'])
    expect(await proofs()).toHaveLength(1)
  })

  it('is for the page that is open: an earlier one is answered by the one of now', async () => {
    const { page } = await comeAgain()
    const old = fieldOf(page, 'place')
    const answered = await approve(agent, page, passkey, { isForged: true })
    expect(fieldOf(answered, 'place')).toBe(old)
    const again = await approve(agent, page, passkey)
    expect(errorOf(again)).toBe(en.error['signature_failed'])
  })

  it('ends after too many tries of one person', async () => {
    const { page } = await toLevel4(window, { agent, details: TEXT })
    const limit = { name: 'signature_tries', points: 50, seconds: 3600 }
    await window.ports.limiter.take(limit, await subjectIdOf(window), 60)
    const stopped = await approve(agent, page, passkey)
    expect(headingOf(stopped)).toBe(en.signature.stops.too_many.title)
    expect(stopped.html).toContain('You tried some times')
    await window.ports.limiter.reset(limit, await subjectIdOf(window))
  })

  it('with a copy of the authenticator (a counter that stands) signs nothing', async () => {
    const other = passkeyFor(window)
    expect(other.credentialId).not.toBe(passkey.credentialId)
    const { page } = await comeAgain()
    const answered = await approve(agent, page, passkey, { counter: 1 })
    expect([en.error['signature_failed'], en.error['signature_replayed']]).toContain(
      errorOf(answered),
    )
  })
})
