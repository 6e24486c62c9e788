import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SignatureActivationData } from '../../src/signing/sad.ts'
import type { Quirks } from '../support/authenticator.ts'
import { hashOf, ONE, refusedFor, samWorld, TWO, type SamWorld } from './support/sam-world.ts'

let world: SamWorld
beforeAll(async () => {
  world = await samWorld()
})
afterAll(() => world.close())

describe('signature activation refuses', () => {
  const changes: readonly [string, Partial<SignatureActivationData>][] = [
    ['a swapped hash', { hashes: [hashOf(TWO)] }],
    ['one more hash', { hashes: [hashOf(ONE), hashOf(TWO)] }],
    ['another text', { text: 'سند فروش' }],
    ['another client', { clientId: 'another' }],
    ['another act', { id: 'another' }],
    ['a later end', { expiresAt: 9_999_999_999_999 }],
    ['another nonce', { nonce: hashOf(TWO) }],
    ['no hash at all', { hashes: [] }],
  ]
  it.each(changes)('%s', async (_, change) => {
    const person = await world.person()
    expect(await world.answered(person, { change })).toEqual(refusedFor('failed'))
  })

  it('another order of hashes', async () => {
    const person = await world.person()
    const change = { hashes: [hashOf(TWO), hashOf(ONE)] }
    expect(await world.answered(person, { data: [ONE, TWO], change })).toEqual(refusedFor('failed'))
  })

  const quirks: readonly [string, Quirks][] = [
    ['a passkey that did not recognise the person', { isVerified: false }],
    ['a passkey that nobody touched', { isPresent: false }],
    ['a forged signature', { isForged: true }],
    ['another page', { origin: 'https://window.example.org' }],
    ['another window', { rpId: 'window.example.org' }],
    ['a registration in the place of an assertion', { type: 'webauthn.create' }],
    ['another challenge', { challenge: hashOf(TWO) }],
    ['another user handle', { userHandle: Buffer.from('mina').toString('base64url') }],
    ['a page inside of another one', { isFramed: true }],
    ['an unknown passkey', { credentialId: 'AAAA' }],
  ]
  it.each(quirks)('%s', async (_, quirk) => {
    const person = await world.person()
    expect(await world.answered(person, { quirks: quirk })).toEqual(refusedFor('failed'))
  })

  it("another person's passkey, with his own or with her handle", async () => {
    const [sara, mina] = [await world.person(), await world.person()]
    for (const userHandle of [undefined, Buffer.from(sara.subjectId).toString('base64url')]) {
      const { sad, options } = await world.opened(sara)
      const assertion = mina.device.get(options, { userHandle })
      expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('failed'))
      const claimed = { credentialId: sara.device.credentialId, userHandle }
      const asSara = mina.device.get(options, claimed)
      expect(await world.sam.activate(sad, asSara, {})).toEqual(refusedFor('failed'))
    }
  })

  it("another person's passkey that somebody bound to the credential", async () => {
    const [sara, mina] = [await world.person(), await world.person()]
    await world.enrolment().bindPasskey(sara.credential, mina.device.credentialId, {})
    const handles = [sara, mina].map((one) => Buffer.from(one.subjectId).toString('base64url'))
    for (const userHandle of ['', ...handles]) {
      const { sad, options } = await world.opened(sara)
      const assertion = mina.device.get(options, { userHandle })
      expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('failed'))
    }
  })

  it('a passkey of the same person until it is bound', async () => {
    const person = await world.person()
    const second = await world.passkeyOf(person.subjectId)
    const first = await world.opened(person)
    const early = second.get(first.options)
    expect(await world.sam.activate(first.sad, early, {})).toEqual(refusedFor('failed'))
    await world.enrolment().bindPasskey(person.credential, second.credentialId, {})
    const { sad, options } = await world.opened(person)
    const late = await world.sam.activate(sad, second.get(options), {})
    expect(late.kind).toBe('activated')
  })

  it('a passkey that was removed', async () => {
    const person = await world.person()
    await world.ports.authenticators.remove(person.subjectId, person.device.credentialId)
    expect(await world.answered(person)).toEqual(refusedFor('failed'))
  })

  it("another person's credential", async () => {
    const [sara, mina] = [await world.person(), await world.person()]
    const change = { credentialId: mina.credential.id }
    expect(await world.answered(sara, { change })).toEqual(refusedFor('no_credential'))
  })

  it('what comes too late', async () => {
    const person = await world.person()
    const { sad, options } = await world.opened(person)
    const assertion = person.device.get(options)
    world.clock.later(120_000)
    expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('expired'))
  })

  it.each([undefined, 0])(
    'the same answer twice; of two at once one wins (counts from %s)',
    async (countsFrom) => {
      const person = await world.person('ES256', { countsFrom })
      const { sad, options } = await world.opened(person)
      const assertion = person.device.get(options)
      const both = await Promise.all([1, 2].map(() => world.sam.activate(sad, assertion, {})))
      expect(both.filter(({ kind }) => kind === 'activated')).toHaveLength(1)
      expect(both).toContainEqual(refusedFor('replayed'))
      expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('replayed'))
    },
  )

  it('a second answer to one act', async () => {
    const person = await world.person()
    const { sad, options } = await world.opened(person)
    const [one, other] = [person.device.get(options), person.device.get(options)]
    expect((await world.sam.activate(sad, one, {})).kind).toBe('activated')
    expect(await world.sam.activate(sad, other, {})).toEqual(refusedFor('replayed'))
  })

  it('an old answer to a new act', async () => {
    const person = await world.person()
    const first = await world.opened(person)
    const assertion = person.device.get(first.options)
    const { sad } = await world.opened(person)
    expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('failed'))
  })

  it('a copied authenticator', async () => {
    const person = await world.person('ES256', { countsFrom: 5 })
    expect((await world.answered(person)).kind).toBe('activated')
    expect(await world.answered(person, { quirks: { counter: 3 } })).toEqual(refusedFor('failed'))
  })

  it.each([
    undefined,
    null,
    '',
    '{',
    '{}',
    'x'.repeat(70_000),
    { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} },
  ])('what is no assertion: %#', async (assertion) => {
    const person = await world.person()
    const { sad } = await world.opened(person)
    expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('failed'))
  })

  it('an expired certificate', async () => {
    const person = await world.person()
    const id = await world.activated(person)
    const { sad, options } = await world.opened(person)
    const assertion = person.device.get(options)
    const over = { ...person.credential, id: 'x', expiresAt: world.clock.now() }
    const { signingCredentials } = world.ports
    const find = signingCredentials.find.bind(signingCredentials)
    signingCredentials.find = async () => over
    try {
      expect(await world.sam.activate(sad, assertion, {})).toEqual(refusedFor('no_credential'))
      expect(await world.sam.sign(id, ONE, person.asker)).toEqual(refusedFor('no_credential'))
    } finally {
      signingCredentials.find = find
    }
  })
})
