import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { developmentAuthority } from '../../../adapters/ca/development.ts'
import { softwareKeyStore } from '../../../adapters/hsm/software.ts'
import { openFreshDatabase } from '../../support/fresh-database.ts'
import { sqlStores } from '../../../adapters/sql/index.ts'
import type { CertificateAuthority } from '../../../src/ports/certificate-authority.ts'
import type { KeyStore } from '../../../src/ports/key-store.ts'
import type { SigningAlgorithm } from '../../../src/ports/signer.ts'
import type { SigningCredential } from '../../../src/ports/signing-credential-store.ts'
import { enrolment } from '../../../src/signing/enrolment.ts'
import type { SignatureActivationData } from '../../../src/signing/sad.ts'
import {
  signatureActivation,
  type ActivationAnswer,
  type Asker,
  type SamPolicy,
} from '../../../src/signing/sam.ts'
import {
  softwareAuthenticator,
  type AuthenticatorOptions,
  type Quirks,
  type SoftwareAuthenticator,
} from '../../support/authenticator.ts'
import { fakeClock, fakeRandom, testSecrets } from '../../support/fakes.ts'

export const SITE = { rpId: 'window.example', origin: 'https://window.example' }
export const SARA = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }
const LIFETIME_SECONDS = 120

export const ONE = Buffer.from('the signed attributes of one document')
export const TWO = Buffer.from('the signed attributes of another')
export const TEXT = 'اجاره‌نامه و پیوست آن'
export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64url')
export const refusedFor = (why: string) => ({ kind: 'refused', why })

export interface Saying {
  readonly data?: readonly Uint8Array[]
  /** Of what others have prepared: then nothing else. */
  readonly digests?: readonly Uint8Array[]
  /** What happens to the act on the way. */
  readonly change?: Partial<SignatureActivationData>
  /** What happens to the passkey's answer. */
  readonly quirks?: Quirks
}

export interface SamWorldOptions {
  /** Otherwise sealed files. */
  readonly keys?: KeyStore
  readonly authority?: CertificateAuthority
  readonly policy?: Partial<SamPolicy>
}

export interface Person {
  readonly subjectId: string
  readonly device: SoftwareAuthenticator
  readonly credential: SigningCredential
  readonly asker: Asker
}

/** Stores in an embedded database, keys, an authority, and people with passkeys. */
export async function samWorld({ keys: other, authority: given, policy }: SamWorldOptions = {}) {
  const home = await mkdtemp(join(tmpdir(), 'panjereh-sam-'))
  const database = await openFreshDatabase()
  await database.migrate()
  const clock = fakeClock(Date.now())
  const secrets = testSecrets()
  const stores = sqlStores({ knex: database.knex, secrets, clock, random: fakeRandom })
  const sealed = { directory: join(home, 'keys'), secrets, random: fakeRandom }
  const keys = other ?? softwareKeyStore({ ...sealed, rsaBits: 2048 })
  const file = join(home, 'ca.json')
  const authority =
    given ?? (await developmentAuthority({ file, secrets, clock, random: fakeRandom }))
  const ports = { ...stores, clock, random: fakeRandom, keys, authority }
  const sam = signatureActivation(ports, { ...SITE, lifetimeSeconds: LIFETIME_SECONDS, ...policy })

  /** A passkey of this person, registered as the rung does it. */
  async function passkeyOf(subjectId: string, options: Partial<AuthenticatorOptions> = {}) {
    const device = softwareAuthenticator({ ...SITE, ...options })
    const challenge = Buffer.from(fakeRandom.bytes(32)).toString('base64url')
    const user = { id: Buffer.from(subjectId).toString('base64url') }
    const { registrationInfo } = await verifyRegistrationResponse({
      response: JSON.parse(device.create(JSON.stringify({ challenge, user }))) as never,
      expectedChallenge: challenge,
      expectedOrigin: SITE.origin,
      expectedRPID: SITE.rpId,
    })
    const { id, publicKey, counter } = registrationInfo!.credential
    await stores.authenticators.add({
      ...{ credentialId: id, subjectId, counter, transports: ['internal'], isBackedUp: false },
      publicKey: Buffer.from(publicKey).toString('base64url'),
      createdAt: clock.now(),
    })
    return device
  }

  /** A new person with a passkey and a certificate. */
  async function person(
    alg: SigningAlgorithm = 'ES256',
    options: Partial<AuthenticatorOptions> = {},
  ): Promise<Person> {
    const subjectId = randomUUID()
    const device = await passkeyOf(subjectId, options)
    const wanted = { subjectId, name: SARA, passkey: device.credentialId, clientId: 'agency' }
    const credential = await enrolment(ports, { alg }).enrol(wanted)
    return { subjectId, device, credential, asker: { subjectId, clientId: 'agency' } }
  }

  function opened({ subjectId, credential }: Person, ...data: readonly Uint8Array[]) {
    const hashes = (data.length === 0 ? [ONE] : data).map(hashOf)
    return sam.open({ subjectId, clientId: 'agency', credential, hashes, text: TEXT })
  }

  function openedDigests({ subjectId, credential }: Person, prepared: readonly Uint8Array[]) {
    const digests = prepared.map(hashOf)
    return sam.open({ subjectId, clientId: 'agency', credential, hashes: [], digests, text: TEXT })
  }

  /** The person says yes. */
  async function answered(
    who: Person,
    { data = [ONE], digests, change = {}, quirks = {} }: Saying = {},
  ): Promise<ActivationAnswer> {
    const { sad, options } = await (digests ? openedDigests(who, digests) : opened(who, ...data))
    const assertion = who.device.get(options, quirks)
    return sam.activate({ ...sad, ...change }, assertion, { requestId: 'request' })
  }

  async function activated(who: Person, ...data: readonly Uint8Array[]): Promise<string> {
    const answer = await answered(who, { data: data.length === 0 ? [ONE] : data })
    if (answer.kind === 'refused') throw new Error(answer.why)
    return answer.activationId
  }

  /** Yes to what others have prepared, by its SHA-256. */
  async function activatedDigests(who: Person, ...prepared: readonly Uint8Array[]) {
    const answer = await answered(who, { digests: prepared })
    if (answer.kind === 'refused') throw new Error(answer.why)
    return answer.activationId
  }

  return {
    ports,
    sam,
    person,
    opened,
    answered,
    activated,
    activatedDigests,
    clock,
    keys,
    authority,
    passkeyOf,
    enrolment: (alg: SigningAlgorithm = 'ES256') => enrolment(ports, { alg }),
    eventsOf: async (subjectId: string) =>
      (await stores.eventLog.list({ subjectId, limit: 100 })).map(({ type }) => type),
    async close() {
      await stores.events.flush()
      await database.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export type SamWorld = Awaited<ReturnType<typeof samWorld>>
