import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Quirks } from '../../support/authenticator.ts'
import { ADA, BOB, passkeyWorld, type PasskeyWorld } from './passkey-world.ts'

let w: PasskeyWorld
beforeEach(() => {
  w = passkeyWorld()
})

const handleOf = (subjectId: string) => Buffer.from(subjectId).toString('base64url')

describe('a passkey', () => {
  it('names its subject and proves level 1', async () => {
    const key = await w.register(ADA)
    const asked = await w.ask()
    expect(await w.answer(asked, key.get(asked.state.options))).toMatchObject({
      kind: 'proved',
      subjectId: ADA,
      evidence: [{ rank: 1, method: 'passkey', verifier: 'passkey/1' }],
    })
  })

  it.each([
    { isBackedUp: false, amr: ['hwk', 'user', 'mfa'] },
    { isBackedUp: true, amr: ['swk', 'user', 'mfa'] },
  ])('says $amr in the words of RFC 8176', async ({ isBackedUp, amr }) => {
    const key = await w.register(ADA, { isBackedUp })
    const asked = await w.ask()
    expect(await w.answer(asked, key.get(asked.state.options))).toMatchObject({
      evidence: [{ amr, detail: { backedUp: isBackedUp } }],
    })
  })

  it.each<{ what: string; quirks: Quirks }>([
    { what: 'another origin', quirks: { origin: 'https://window.example.evil' } },
    { what: 'the origin without TLS', quirks: { origin: 'http://window.example' } },
    { what: 'another port', quirks: { origin: 'https://window.example:8443' } },
    { what: 'another relying party id', quirks: { rpId: 'evil.example' } },
    { what: 'the wrong ceremony', quirks: { type: 'webauthn.create' } },
    { what: 'no user verification', quirks: { isVerified: false } },
    { what: 'nobody present', quirks: { isPresent: false } },
    { what: 'a forged signature', quirks: { isForged: true } },
    { what: 'a challenge of its own', quirks: { challenge: 'b3du' } },
    { what: 'the handle of somebody else', quirks: { userHandle: handleOf(BOB) } },
    { what: 'no handle', quirks: { userHandle: '' } },
  ])('is refused with $what', async ({ quirks }) => {
    const key = await w.register(ADA)
    const asked = await w.ask()
    const outcome = await w.answer(asked, key.get(asked.state.options, quirks))
    expect(outcome).toMatchObject({ kind: 'ask', error: 'passkey_failed' })
    const again = await w.ask()
    expect(await w.answer(again, key.get(again.state.options))).toMatchObject({ kind: 'proved' })
  })

  it('is refused when its counter falls or stands: it was copied', async () => {
    const key = await w.register(ADA, { countsFrom: 10 })
    const first = await w.ask()
    expect(await w.answer(first, key.get(first.state.options))).toMatchObject({ kind: 'proved' })
    for (const counter of [3, 11]) {
      const asked = await w.ask()
      const outcome = await w.answer(asked, key.get(asked.state.options, { counter }))
      expect(outcome).toMatchObject({ kind: 'ask', error: 'passkey_failed' })
    }
    const last = await w.ask()
    expect(await w.answer(last, key.get(last.state.options))).toMatchObject({ kind: 'proved' })
  })

  it('is one of two at once whose counter is the same', async () => {
    const key = await w.register(ADA, { countsFrom: 1 })
    const asked = await w.ask()
    const assertion = key.get(asked.state.options)
    const outcomes = await Promise.all([w.answer(asked, assertion), w.answer(asked, assertion)])
    expect(outcomes.filter(({ kind }) => kind === 'proved')).toHaveLength(1)
  })

  it('answers the challenge of this interaction and of no other', async () => {
    const key = await w.register(ADA)
    const [mine, other] = [await w.ask(), await w.ask()]
    expect(mine.state.challenge).not.toBe(other.state.challenge)
    const outcome = await w.answer(mine, key.get(other.state.options))
    expect(outcome).toMatchObject({ kind: 'ask', error: 'passkey_failed' })
  })

  it('is not taken again: every question has a challenge of its own', async () => {
    const key = await w.register(ADA)
    const asked = await w.ask()
    const assertion = key.get(asked.state.options)
    expect(await w.answer(asked, assertion)).toMatchObject({ kind: 'proved' })
    expect(await w.answer(await w.ask(), assertion)).toMatchObject({ error: 'passkey_failed' })
    const failed = await w.answer(await w.ask(), assertion)
    if (failed.kind !== 'ask') throw new Error(failed.kind)
    expect(await w.answer(failed, assertion)).toMatchObject({ error: 'passkey_failed' })
  })

  it('comes in time', async () => {
    const key = await w.register(ADA)
    const asked = await w.ask()
    w.clock.later(120_000)
    const late = await w.answer(asked, key.get(asked.state.options))
    expect(late).toMatchObject({ kind: 'ask', error: 'passkey_expired' })
    if (late.kind !== 'ask') return
    expect(late.state.challenge).not.toBe(asked.state.challenge)
    expect(await w.answer(late, key.get(late.state.options))).toMatchObject({ kind: 'proved' })
  })

  it('is of somebody: a key that nobody registered, or that was removed, is not known', async () => {
    const key = await w.register(ADA)
    const asked = await w.ask()
    const other = key.get(asked.state.options, { credentialId: 'AAAAAAAAAAAAAAAAAAAAAA' })
    expect(await w.answer(asked, other)).toMatchObject({ error: 'passkey_unknown' })
    await w.authenticators.remove(ADA, key.credentialId)
    expect(await w.answer(asked, key.get(asked.state.options))).toMatchObject({
      error: 'passkey_unknown',
    })
  })

  it('of one person under the credential id of another is refused', async () => {
    const [hers, his] = [await w.register(ADA), await w.register(BOB)]
    const asked = await w.ask()
    const quirks = { credentialId: hers.credentialId, userHandle: handleOf(ADA) }
    const outcome = await w.answer(asked, his.get(asked.state.options, quirks))
    expect(outcome).toMatchObject({ kind: 'ask', error: 'passkey_failed' })
  })

  it.each(['', '{}', 'null', '[]', '"x"', '{"id":1}', '{"error":"NotAllowedError"}', '{"id":"a"}'])(
    'that is %s is refused',
    async (assertion) => {
      expect(await w.answer(await w.ask(), assertion)).toMatchObject({ error: 'passkey_failed' })
    },
  )

  it('gives way to a message', async () => {
    const { state } = await w.ask()
    const turned = await w.level.proceed({ visit: w.VISIT, state, input: { action: 'otp' } })
    expect(turned).toEqual({ kind: 'switch', to: 'otp' })
  })
})
