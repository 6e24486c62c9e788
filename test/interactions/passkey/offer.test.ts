import { beforeEach, describe, expect, it } from '@jest/globals'
import { softwareAuthenticator, type Quirks } from '../../support/authenticator.ts'
import { ADA, passkeyWorld, SITE, type PasskeyWorld } from './passkey-world.ts'

let w: PasskeyWorld
beforeEach(() => {
  w = passkeyWorld()
})

async function made(quirks: Quirks = {}, asked?: { state: { options: string } }) {
  const authenticator = softwareAuthenticator(SITE)
  const begun = await w.begin(w.offer, ADA)
  const outcome = await w.offer.proceed({
    visit: { ...w.VISIT, subjectId: ADA },
    state: begun.state,
    input: { attestation: authenticator.create((asked ?? begun).state.options, quirks) },
  })
  return { outcome, authenticator }
}

describe('the offer of a passkey', () => {
  it('keeps the key for the subject and tells it', async () => {
    const { outcome, authenticator } = await made()
    expect(outcome).toEqual({ kind: 'proved', evidence: [] })
    expect(await w.authenticators.ofSubject(ADA)).toMatchObject([
      { credentialId: authenticator.credentialId, isBackedUp: false, transports: ['internal'] },
    ])
    expect(w.events.told).toMatchObject([{ type: 'authenticator.added', subjectId: ADA }])
  })

  it.each<{ what: string; quirks: Quirks }>([
    { what: 'another origin', quirks: { origin: 'https://evil.example' } },
    { what: 'another relying party id', quirks: { rpId: 'evil.example' } },
    { what: 'the wrong ceremony', quirks: { type: 'webauthn.get' } },
    { what: 'no user verification', quirks: { isVerified: false } },
    { what: 'another challenge', quirks: { challenge: 'b3du' } },
  ])('keeps nothing with $what', async ({ quirks }) => {
    const { outcome } = await made(quirks)
    expect(outcome).toMatchObject({ kind: 'ask', error: 'passkey_failed' })
    expect(await w.authenticators.ofSubject(ADA)).toEqual([])
    expect(w.events.told).toEqual([])
  })

  it('keeps nothing for the challenge of another interaction, nor too late', async () => {
    const other = await w.begin(w.offer, ADA)
    expect((await made({}, other)).outcome).toMatchObject({ error: 'passkey_failed' })
    w.clock.later(120_000)
    const late = await w.offer.proceed({
      visit: { ...w.VISIT, subjectId: ADA },
      state: other.state,
      input: { attestation: softwareAuthenticator(SITE).create(other.state.options) },
    })
    expect(late).toMatchObject({ error: 'passkey_expired' })
    expect(await w.authenticators.ofSubject(ADA)).toEqual([])
  })

  it('is made once, and may be declined', async () => {
    const { state } = await w.begin(w.offer, ADA)
    const visit = { ...w.VISIT, subjectId: ADA }
    expect(await w.offer.proceed({ visit, state, input: { action: 'skip' } })).toMatchObject({
      kind: 'refused',
    })
    await made()
    expect(await w.offer.begin(visit)).toEqual({ kind: 'proved', evidence: [] })
  })

  it('shows the device no number and no name', async () => {
    const { state } = await w.begin(w.offer, ADA)
    const { user } = JSON.parse(state.options) as { user: Record<string, string> }
    expect(user).toEqual({
      id: Buffer.from(ADA).toString('base64url'),
      name: 'Panjereh',
      displayName: '',
    })
  })
})
