import { constants, verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pkcs11KeyStore, type Pkcs11KeyStore } from '../../adapters/hsm/pkcs11.ts'
import { random } from '../../adapters/system/random.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'
import { cadesForm, jadesForm, padesForm } from '../../src/signing/forms.ts'
import { signatureActivation } from '../../src/signing/sam.ts'
import { requires } from '../support/skips.ts'
import { softHsm, type SoftHsm } from '../support/softhsm.ts'
import {
  hashOf,
  ONE,
  refusedFor,
  samWorld,
  SITE,
  TEXT,
  TWO,
  type Person,
  type SamWorld,
} from './support/sam-world.ts'

const PADDINGS = {
  ES256: { dsaEncoding: 'der' },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
} as const

let world: SamWorld

const digestOf = (bytes: Uint8Array) => Buffer.from(hashOf(bytes), 'base64url')

function isSignedBy(person: Person, data: Uint8Array, signature: Uint8Array): boolean {
  const { alg, certificateChain } = person.credential
  const { publicKey } = new X509Certificate(Buffer.from(certificateChain[0]!))
  return verify('sha256', data, { key: publicKey, ...PADDINGS[alg] }, signature)
}

/** What everybody who signs goes through, whatever keeps the keys. */
function signing(algorithms: readonly SigningAlgorithm[]): void {
  it.each(algorithms)('what was agreed to is signed, each once, by %s', async (alg) => {
    const person = await world.person(alg)
    const id = await world.activated(person, ONE, TWO)
    for (const data of [TWO, ONE]) {
      const answer = await world.sam.sign(id, data, person.asker)
      if (answer.kind === 'refused') throw new Error(answer.why)
      expect(isSignedBy(person, data, answer.signature)).toBe(true)
      expect(answer.credential).toEqual(person.credential)
      expect(await world.sam.sign(id, data, person.asker)).toEqual(refusedFor('spent'))
    }
  })

  it.each(algorithms)('a finished digest is signed by the same rules: %s', async (alg) => {
    const person = await world.person(alg)
    const id = await world.activatedDigests(person, ONE, TWO)
    const [one, two] = [ONE, TWO].map(digestOf)
    const ask = (digest: Uint8Array) => world.sam.signDigest(id, digest, person.asker)
    expect(world.sam.signsDigests(person.credential)).toBe(true)
    const answer = await ask(one!)
    if (answer.kind === 'refused') throw new Error(answer.why)
    expect(isSignedBy(person, ONE, answer.signature)).toBe(true)
    expect(await ask(one!)).toEqual(refusedFor('spent'))
    expect(await ask(Buffer.alloc(32))).toEqual(refusedFor('not_agreed'))
    const stranger = { ...person.asker, clientId: 'another' }
    expect(await world.sam.signDigest(id, two!, stranger)).toEqual(refusedFor('not_yours'))
    await expect(ask(two!.subarray(1))).rejects.toThrow(RangeError)
    expect((await ask(two!)).kind).toBe('signed')
  })

  it('a digest gives one signature, in whichever form is asked for first, also of many at once', async () => {
    const person = await world.person('RS256')
    const id = await world.activatedDigests(person, ONE, TWO)
    const [one, two] = [ONE, TWO].map(digestOf)
    const { asker } = person
    const at = world.clock.now()
    const answers = await Promise.all([
      world.sam.signForm(id, jadesForm(one!, at), asker),
      world.sam.signForm(id, padesForm(one!), asker),
      world.sam.signDigest(id, one!, asker),
      world.sam.signForm(id, cadesForm(one!, at), asker),
      world.sam.signForm(id, padesForm(one!), asker),
    ])
    expect(answers.filter(({ kind }) => kind === 'signed')).toHaveLength(1)
    expect(answers.filter((it) => it.kind === 'refused' && it.why === 'spent')).toHaveLength(4)
    const form = await world.sam.signForm(id, padesForm(two!), asker)
    if (form.kind === 'refused') throw new Error(form.why)
    expect(isSignedBy(person, form.made, form.signature)).toBe(true)
    expect(await world.sam.signDigest(id, two!, asker)).toEqual(refusedFor('spent'))
  })

  it('what was agreed to as a hash is no digest, and a digest is no hash', async () => {
    const person = await world.person('RS256')
    const hashes = await world.activated(person, ONE)
    expect(await world.sam.signDigest(hashes, digestOf(ONE), person.asker)).toEqual(
      refusedFor('not_agreed'),
    )
    const form = await world.sam.signForm(hashes, padesForm(digestOf(ONE)), person.asker)
    expect(form).toEqual(refusedFor('not_agreed'))
    const digests = await world.activatedDigests(person, ONE)
    expect(await world.sam.sign(digests, ONE, person.asker)).toEqual(refusedFor('not_agreed'))
  })

  it('of many at once who ask for one hash, one gets it', async () => {
    const person = await world.person()
    const id = await world.activated(person)
    const tries = Array.from({ length: 6 }, () => world.sam.sign(id, ONE, person.asker))
    const answers = await Promise.all(tries)
    expect(answers.filter(({ kind }) => kind === 'signed')).toHaveLength(1)
    expect(answers.filter((one) => one.kind === 'refused' && one.why === 'spent')).toHaveLength(5)
  })

  it('nothing is signed with a key that was taken back', async () => {
    const person = await world.person()
    const id = await world.activated(person, ONE, TWO)
    await world.sam.sign(id, ONE, person.asker)
    await world.enrolment().revoke(person.credential, 'key_compromise', {})
    expect(await world.sam.sign(id, TWO, person.asker)).toEqual(refusedFor('no_credential'))
    expect(await world.answered(person)).toEqual(refusedFor('no_credential'))
  })
}

describe('signature activation with keys in sealed files', () => {
  beforeAll(async () => {
    world = await samWorld()
  })
  afterAll(() => world.close())

  signing(['ES256', 'RS256', 'PS256'])

  describe('asks the passkey', () => {
    it('for user verification, of this person alone, over this challenge', async () => {
      const person = await world.person()
      const { sad, options } = await world.opened(person)
      expect(JSON.parse(options)).toMatchObject({
        rpId: SITE.rpId,
        userVerification: 'required',
        timeout: 120_000,
        allowCredentials: [{ id: person.device.credentialId, transports: ['internal'] }],
      })
      expect(sad).toMatchObject({ subjectId: person.subjectId, text: TEXT, hashes: [hashOf(ONE)] })
      expect(sad.expiresAt).toBe(world.clock.now() + 120_000)
      const again = await world.opened(person)
      expect(again.sad.nonce).not.toBe(sad.nonce)
    })

    it('never for what cannot be agreed to', async () => {
      const { subjectId, credential } = await world.person()
      const other = await world.person()
      const ask = (more: object) => {
        const usual = { subjectId, clientId: 'agency', credential, hashes: [hashOf(ONE)], text: '' }
        return world.sam.open({ ...usual, ...more })
      }
      await expect(ask({})).resolves.toBeDefined()
      await expect(ask({ hashes: [] })).rejects.toThrow(RangeError)
      await expect(ask({ hashes: ['x'] })).rejects.toThrow(RangeError)
      await expect(ask({ text: 'x'.repeat(70_000) })).rejects.toThrow(RangeError)
      await expect(ask({ credential: other.credential })).rejects.toThrow(RangeError)
    })

    it('shows the composed text', async () => {
      const { subjectId, credential } = await world.person()
      const text = 'آ'.normalize('NFD')
      const usual = { subjectId, clientId: 'agency', credential, hashes: [hashOf(ONE)] }
      expect((await world.sam.open({ ...usual, text })).sad.text).toBe('آ')
    })
  })

  describe('keeps', () => {
    it('what a judge needs, and an event with no word of it', async () => {
      const person = await world.person()
      const id = await world.activated(person)
      const activation = (await world.ports.activations.find(id))!
      expect(activation).toMatchObject({
        subjectId: person.subjectId,
        clientId: 'agency',
        credentialId: person.credential.id,
        hashes: [hashOf(ONE)],
        text: TEXT,
      })
      const proof = JSON.parse(activation.proof) as Record<string, unknown>
      expect(proof).toMatchObject({
        format: 'panjereh-sad-2',
        rpId: SITE.rpId,
        origin: SITE.origin,
        key: { keyId: person.credential.keyId },
        passkey: { isBackedUp: false },
        assertion: { id: person.device.credentialId },
      })
      const events = await world.ports.eventLog.list({ subjectId: person.subjectId, limit: 10 })
      const given = events.find(({ type }) => type === 'activation.given')
      expect(given).toMatchObject({
        clientId: 'agency',
        requestId: 'request',
        detail: { hashes: 1 },
      })
    })
  })

  describe('signs nothing', () => {
    it('finished by somebody else with a key that cannot, and spends nothing', async () => {
      const keys: KeyStore = {
        ...world.ports.keys,
        signer: (...of) => ({ ...world.ports.keys.signer(...of), signDigest: undefined }),
      }
      const sam = signatureActivation({ ...world.ports, keys }, { ...SITE, lifetimeSeconds: 120 })
      const person = await world.person()
      expect(sam.signsDigests(person.credential)).toBe(false)
      const id = await world.activatedDigests(person, ONE)
      const digest = digestOf(ONE)
      expect(await sam.signDigest(id, digest, person.asker)).toEqual(refusedFor('no_digests'))
      expect((await sam.signForm(id, padesForm(digest), person.asker)).kind).toBe('signed')
    })

    it('for another client or another person', async () => {
      const person = await world.person()
      const id = await world.activated(person)
      const ask = (more: object) => world.sam.sign(id, ONE, { ...person.asker, ...more })
      expect(await ask({ clientId: 'another' })).toEqual(refusedFor('not_yours'))
      expect(await ask({ subjectId: 'another' })).toEqual(refusedFor('not_yours'))
      // And nothing is spent by them.
      expect((await ask({})).kind).toBe('signed')
    })

    it('that was not agreed to', async () => {
      const person = await world.person()
      const id = await world.activated(person)
      expect(await world.sam.sign(id, TWO, person.asker)).toEqual(refusedFor('not_agreed'))
      const unknown = '00000000-0000-4000-8000-000000000000'
      expect(await world.sam.sign(unknown, ONE, person.asker)).toEqual(refusedFor('unknown'))
    })

    it('after its time', async () => {
      const person = await world.person()
      const id = await world.activated(person)
      world.clock.later(300_000)
      expect(await world.sam.sign(id, ONE, person.asker)).toEqual(refusedFor('expired'))
    })

    it('that changes while it is looked at', async () => {
      const person = await world.person()
      const id = await world.activated(person)
      const bytes = Buffer.from(ONE)
      const signing = world.sam.sign(id, bytes, person.asker)
      bytes.fill(0)
      const answer = await signing
      if (answer.kind === 'refused') throw new Error(answer.why)
      expect(isSignedBy(person, ONE, answer.signature)).toBe(true)
    })
  })
})

requires('softhsm')('signature activation with keys on a token', () => {
  let hsm: SoftHsm
  let keys: Pkcs11KeyStore
  beforeAll(async () => {
    hsm = await softHsm({ rsaBits: 2048 })
    keys = pkcs11KeyStore(hsm.settings, { random })
    world = await samWorld({ keys })
  })
  afterAll(async () => {
    await world.close()
    await keys.close()
    await hsm.close()
  })

  signing(['ES256', 'RS256', 'PS256'])

  it('a hash whose signing failed has to be agreed to again', async () => {
    const person = await world.person()
    const id = await world.activated(person)
    await keys.destroy(person.credential.keyId)
    await expect(world.sam.sign(id, ONE, person.asker)).rejects.toMatchObject({
      code: 'key_unavailable',
    })
    expect(await world.sam.sign(id, ONE, person.asker)).toEqual(refusedFor('spent'))
  })
})
