import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { DevelopmentAuthority } from '../../adapters/ca/development.ts'
import { est } from '../../adapters/ca/est.ts'
import { EstSettings } from '../../adapters/ca/settings.ts'
import { softwareKeyStore } from '../../adapters/hsm/software.ts'
import { clock as systemClock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import type { CertificateAuthority } from '../../src/ports/certificate-authority.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import { certificatePath } from '../../src/signing/certificate-path.ts'
import { enrolment } from '../../src/signing/enrolment.ts'
import { certificateRequest } from '../../src/signing/x509/certificate-request.ts'
import { readCertificate } from '../../src/signing/x509/certificate.ts'
import { readName } from '../../src/signing/x509/name.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import { personSubject } from '../../src/signing/x509/subject-name.ts'
import { testSecrets } from '../support/fakes.ts'
import { made } from '../support/made-certificates.ts'
import { sandboxPki, type SandboxPki } from '../support/sandbox-pki.ts'
import { SARA, samWorld, type SamWorld } from './support/sam-world.ts'

const ABOUT = { clientId: 'agency', requestId: 'request' }
const DAY = 86_400_000
const DATA = Buffer.from('to be signed')

let home: string
let pki: SandboxPki
let world: SamWorld
/** Of the world, whichever authority is meant. */
let keyDirectory: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-enrolment-'))
  keyDirectory = join(home, 'keys')
  pki = await sandboxPki()
  const sealed = { directory: keyDirectory, secrets: testSecrets(), random }
  world = await samWorld({ keys: softwareKeyStore({ ...sealed, rsaBits: 2048 }) })
})
afterAll(async () => {
  await world.close()
  await pki.close()
  await rm(home, { recursive: true, force: true })
})
afterEach(() => pki.reset())

const overEst = () =>
  est(
    EstSettings.parse({
      kind: 'est',
      url: pki.url,
      authorization: { kind: 'basic', user: 'sandbox', password: 'sandbox' },
      revocationUrl: `${pki.url}/revocations`,
      requestMs: 1_000,
    }),
    { clock: systemClock },
  )
const by = (authority: CertificateAuthority, policy = {}) =>
  enrolment({ ...world.ports, authority }, policy)
const keyFiles = () => readdir(keyDirectory).catch(() => [])
const wanted = (more: object = {}) => ({
  ...{ subjectId: random.uuid(), name: SARA, passkey: 'passkey-of-sara', ...ABOUT },
  ...more,
})
const never = (what: string) => () => Promise.reject(new Error(what))

interface Issued {
  readonly serialNumber: string
  readonly revokedAt?: number
  readonly reason?: number
}

async function issued(): Promise<readonly Issued[]> {
  return (await (await fetch(`${pki.url}/issued`)).json()) as Issued[]
}

async function registered(certificate: Uint8Array): Promise<Issued | undefined> {
  const serial = readCertificate(certificate).serialNumber.toString('hex')
  return (await issued()).find(({ serialNumber }) => serialNumber === serial)
}

describe('enrolment by the sample authority over EST', () => {
  it('brings a certificate with the Persian name and the number, for a key that can sign', async () => {
    const order = wanted()
    const credential = await by(overEst()).enrol(order)
    const [own, ...pool] = credential.certificateChain
    const certificate = readCertificate(own!)
    expect(readName(certificate.subject)).toEqual([
      { type: OID.countryName, value: 'IR' },
      { type: OID.commonName, value: 'سارا نمونه‌زاده' },
      { type: OID.surname, value: 'نمونه‌زاده' },
      { type: OID.givenName, value: 'سارا' },
      { type: OID.serialNumber, value: 'PNOIR-9990000018' },
    ])
    const anchors = [await pki.der('/root.crt')]
    const query = { certificate: own!, pool, anchors, at: Date.now(), purpose: 'signing' as const }
    expect(certificatePath(query).kind).toBe('path')
    expect(credential).toMatchObject({
      subjectId: order.subjectId,
      alg: 'ES256',
      protection: 'software',
      passkeys: ['passkey-of-sara'],
      createdAt: world.clock.now(),
      expiresAt: certificate.notAfter,
    })
    expect(await world.ports.signingCredentials.find(credential.id)).toEqual(credential)
    expect(await by(overEst()).current(order.subjectId)).toEqual(credential)
    const signer = world.keys.signer(credential.keyId, 'ES256', [])
    await expect(signer.sign(DATA)).resolves.toBeDefined()
    const [event] = await world.ports.eventLog.list({ subjectId: order.subjectId, limit: 10 })
    expect(event).toMatchObject({ type: 'signing_credential.created', ...ABOUT })
    expect(JSON.stringify(event)).not.toMatch(/9990000018|سارا/)
  })

  it.each(['RS256', 'PS256'] as const)('can be for %s', async (alg) => {
    expect(await by(overEst(), { alg }).enrol(wanted())).toMatchObject({ alg })
  })

  it.each(['down', 'malformed', 'rejected', 'hang'] as const)(
    'leaves no key and nothing stored when the authority answers so: %s',
    async (kind) => {
      const before = await keyFiles()
      await pki.fault('est', kind)
      const order = wanted()
      await expect(by(overEst()).enrol(order)).rejects.toMatchObject({
        code: 'upstream_unavailable',
      })
      expect(await keyFiles()).toEqual(before)
      expect(await world.ports.signingCredentials.ofSubject(order.subjectId)).toEqual([])
      expect(await world.eventsOf(order.subjectId)).toEqual([])
    },
  )

  it('takes back what cannot be stored, and leaves no key', async () => {
    const before = await keyFiles()
    const earlier = (await issued()).length
    const { signingCredentials } = world.ports
    const away = { ...signingCredentials, add: never('the database is away') }
    const failing = enrolment({ ...world.ports, authority: overEst(), signingCredentials: away })
    await expect(failing.enrol(wanted())).rejects.toThrow('the database is away')
    expect(await keyFiles()).toEqual(before)
    const [last, ...more] = (await issued()).slice(earlier)
    expect(last).toMatchObject({ reason: 5 })
    expect(more).toEqual([])
  })

  it('makes no key for a name that no certificate can carry', async () => {
    const before = await keyFiles()
    const name = { ...SARA, givenName: 'Sara سارا' }
    await expect(by(overEst()).enrol(wanted({ name }))).rejects.toThrow(RangeError)
    expect(await keyFiles()).toEqual(before)
  })
})

describe('a certificate that is not what was asked for', () => {
  it.each<[string, RegExp, () => Promise<readonly Uint8Array[]>]>([
    ['of another key', /another key/, async () => [made({ name: 'x' }).der]],
    ['none at all', /nothing that is a certificate/, async () => []],
    ['no certificate', /nothing that is a certificate/, async () => [Buffer.from('x')]],
  ])('is refused: %s', async (_, message, enrol) => {
    const before = await keyFiles()
    const order = wanted()
    const odd = by({ enrol, revoke: async () => undefined })
    await expect(odd.enrol(order)).rejects.toThrow(message)
    expect(await keyFiles()).toEqual(before)
    expect(await world.ports.signingCredentials.ofSubject(order.subjectId)).toEqual([])
  })

  it('is taken back when it is for another name', async () => {
    const before = await keyFiles()
    const made: { readonly id: string; readonly publicKey: Uint8Array }[] = []
    const keys: KeyStore = {
      ...world.keys,
      async create(alg) {
        const key = await world.keys.create(alg)
        made.push(key)
        return key
      },
    }
    // The right key, and the name of somebody else.
    const mina = personSubject({ givenName: 'مینا', familyName: 'نمونه', number: '9990000034' })
    const revoked: Uint8Array[] = []
    const mixing: CertificateAuthority = {
      async enrol() {
        const { id, publicKey } = made[0]!
        const signer = keys.signer(id, 'ES256', [])
        return world.authority.enrol(await certificateRequest(mina, publicKey, signer))
      },
      revoke: async (certificate) => void revoked.push(certificate),
    }
    const mixed = enrolment({ ...world.ports, keys, authority: mixing })
    await expect(mixed.enrol(wanted())).rejects.toThrow(/another name/)
    expect(revoked).toHaveLength(1)
    expect(await keyFiles()).toEqual(before)
  })
})

describe('enrolment by the development authority', () => {
  const development = () => world.authority as DevelopmentAuthority

  it('brings a certificate that leads to its anchor', async () => {
    const credential = await by(development()).enrol(wanted())
    const [own, ...pool] = credential.certificateChain
    const { anchors } = development()
    const query = { certificate: own!, pool, anchors, at: world.clock.now() }
    expect(certificatePath({ ...query, purpose: 'signing' }).kind).toBe('path')
    const names = readName(readCertificate(own!).subject).map(({ value }) => value)
    expect(names).toEqual(expect.arrayContaining(['سارا نمونه‌زاده', 'PNOIR-9990000018']))
  })

  it('is over with the certificate, and renewed before', async () => {
    const { current, enrol, renewDue } = by(development(), { renewalDays: 30 })
    const order = wanted()
    const credential = await enrol(order)
    const left = (days: number) => ({ ...credential, expiresAt: world.clock.now() + days * DAY })
    expect([left(31), left(30), left(1)].map(renewDue)).toEqual([false, true, true])
    world.clock.later(1)
    const next = await enrol(order)
    expect(await current(order.subjectId)).toEqual(next)
    const later = { ...world.clock, now: () => next.expiresAt }
    const then = enrolment({ ...world.ports, clock: later })
    expect(await then.current(order.subjectId)).toBeUndefined()
  })

  it('does not count keys of another key store', async () => {
    const order = wanted()
    await by(development()).enrol(order)
    const keys = { ...world.keys, protection: 'hardware' as const }
    expect(await enrolment({ ...world.ports, keys }).current(order.subjectId)).toBeUndefined()
  })
})

describe('revocation', () => {
  it('reaches the authority, and the key is gone, at once', async () => {
    const order = wanted()
    const { current, enrol, revoke } = by(overEst())
    const credential = await enrol(order)
    expect(await revoke(credential, 'key_compromise', ABOUT)).toBe(true)
    expect(await registered(credential.certificateChain[0]!)).toMatchObject({ reason: 1 })
    expect(await current(order.subjectId)).toBeUndefined()
    expect(await keyFiles()).not.toContain(`${credential.keyId}.json`)
    await expect(world.keys.signer(credential.keyId, 'ES256', []).sign(DATA)).rejects.toMatchObject(
      { code: 'key_unavailable' },
    )
    expect(await revoke(credential, 'superseded', ABOUT)).toBe(true)
    const kept = await world.ports.signingCredentials.find(credential.id)
    expect(kept?.revoked?.reason).toBe('key_compromise')
    expect((await world.eventsOf(order.subjectId)).toSorted()).toEqual([
      'signing_credential.created',
      'signing_credential.revoked',
      'signing_credential.withdrawn',
    ])
  })

  it('holds while the authority is away, and reaches it later', async () => {
    const order = wanted()
    const { current, enrol } = by(overEst())
    const credential = await enrol(order)
    const away: CertificateAuthority = { enrol: never('away'), revoke: never('away') }
    expect(await by(away).revoke(credential, 'superseded', ABOUT)).toBe(false)
    expect(await current(order.subjectId)).toBeUndefined()
    expect(await keyFiles()).not.toContain(`${credential.keyId}.json`)
    expect((await registered(credential.certificateChain[0]!))?.revokedAt).toBeUndefined()
    expect(await by(away).withdrawOutstanding()).toBe(0)
    expect(await by(overEst()).withdrawOutstanding()).toBe(1)
    expect(await registered(credential.certificateChain[0]!)).toMatchObject({ reason: 4 })
    expect(await by(overEst()).withdrawOutstanding()).toBe(0)
    expect(await world.eventsOf(order.subjectId)).toContain('signing_credential.withdrawn')
  })

  it('destroys the key later when the key store was away', async () => {
    const credential = await by(overEst()).enrol(wanted())
    const keys = { ...world.keys, destroy: never('away') }
    const half = enrolment({ ...world.ports, authority: overEst(), keys })
    expect(await half.revoke(credential, 'superseded', {})).toBe(false)
    expect(await keyFiles()).toContain(`${credential.keyId}.json`)
    expect(await by(overEst()).withdrawOutstanding()).toBe(1)
    expect(await keyFiles()).not.toContain(`${credential.keyId}.json`)
  })

  it('of a person takes all that is in force, of nobody else', async () => {
    const order = wanted()
    const { current, enrol, revoke, revokeFor } = by(overEst())
    const [first, second] = [await enrol(order), await enrol(order)]
    const old = await enrol(order)
    await revoke(old, 'superseded', ABOUT)
    const other = await enrol(wanted())
    expect(await revokeFor(order.subjectId, 'cessation_of_operation', { actor: 'operator' })).toBe(
      2,
    )
    for (const { certificateChain } of [first, second]) {
      expect(await registered(certificateChain[0]!)).toMatchObject({ reason: 5 })
    }
    expect(await registered(old.certificateChain[0]!)).toMatchObject({ reason: 4 })
    expect(await current(order.subjectId)).toBeUndefined()
    expect(await current(other.subjectId)).toEqual(other)
    expect(await revokeFor(order.subjectId, 'cessation_of_operation')).toBe(0)
  })

  it('asks no authority about a certificate that is over', async () => {
    const credential = await by(overEst()).enrol(wanted())
    const clock = { now: () => credential.expiresAt }
    const authority = { enrol: never('away'), revoke: never('away') }
    const then = enrolment({ ...world.ports, authority, clock })
    expect(await then.revoke(credential, 'superseded', {})).toBe(true)
  })
})

describe('a further passkey', () => {
  it('is bound with an event, and not to what was revoked', async () => {
    const order = wanted()
    const { bindPasskey, enrol, revoke } = by(overEst())
    const credential = await enrol(order)
    expect(await bindPasskey(credential, 'second', ABOUT)).toBe(true)
    const kept = await world.ports.signingCredentials.find(credential.id)
    expect(kept?.passkeys).toEqual(['passkey-of-sara', 'second'])
    expect(await world.eventsOf(order.subjectId)).toContain('signing_credential.bound')
    await revoke(credential, 'superseded', ABOUT)
    expect(await bindPasskey(credential, 'third', ABOUT)).toBe(false)
  })
})
