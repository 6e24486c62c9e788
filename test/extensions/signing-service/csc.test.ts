import { createHash, verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import { cscRoutes, type Caller } from '../../../src/extensions/signing-service/index.ts'
import type { Digest } from '../../../src/ports/timestamp-authority.ts'
import { signedAttributes } from '../../../src/signing/cms/signed-data.ts'
import { checkCades } from '../../../src/signing/transaction/index.ts'
import { samWorld, type Person, type SamWorld } from '../../signing/support/sam-world.ts'
import { described, routesOf } from './described.ts'
import { mounted, openService, type Site } from './agency.ts'

const SHA256 = '2.16.840.1.101.3.4.2.1'
const ECDSA = '1.2.840.10045.4.3.2'
const RSA = '1.2.840.113549.1.1.1'
const DATA = Buffer.from('what the agency has prepared')
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

let service: Awaited<ReturnType<typeof openService>>
let world: SamWorld
let site: Site
let routes: string[]
const description = described('csc.json')
let sara: Person
/** Whose key signs finished hashes, too. */
let reza: Person
let isStampAway = false
const stamps: Digest[] = []

beforeAll(async () => {
  ;[service, world] = await Promise.all([openService(), samWorld()])
  sara = await world.person()
  reza = await world.person('RS256')
  const router = cscRoutes({
    ports: { ...world.ports, steps: service.ports.steps, limiter: service.ports.limiter },
    bearer: service.bearer,
    sam: world.sam,
    timestamps: {
      stamp: async (digest) => {
        if (isStampAway) throw new UpstreamUnavailable('tsa', 'away')
        stamps.push(digest)
        return Buffer.from('30020500', 'hex')
      },
    },
    issuer: 'https://window.example',
    about: { name: 'Panjereh', logo: 'https://window.example/assets/icon.svg', region: 'IR' },
  })
  routes = routesOf(router)
  site = await mounted(router)
})
afterAll(async () => {
  await site.close()
  await Promise.all([service.close(), world.close()])
})

async function call(path: string, json: unknown, token = 'none') {
  const answer = await fetch(`${site.url}/csc/v2/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(json),
  })
  const { status, headers } = answer
  const body = (await answer.json()) as Record<string, unknown>
  const type = headers.get('Content-Type') ?? ''
  expect(description.faults('POST', `/csc/v2/${path}`, status, type, body)).toEqual([])
  return { status, body }
}

let last = 0
function bearing(caller: Omit<Caller, 'clientId'> & { clientId?: string }): string {
  const token = `token-${++last}`
  service.bearers.set(token, { clientId: 'agency', ...caller })
  return token
}
const looking = (person: Person) => bearing({ subjectId: person.subjectId, scopes: ['service'] })

/** A token as it comes out of level 4, over these very bytes. */
async function activated(person: Person, ...bytes: readonly Uint8Array[]): Promise<string> {
  const activation = await world.activated(person, ...bytes)
  const detail = { type: 'credential', credentialID: person.credential.id, activation }
  return bearing({ subjectId: person.subjectId, scopes: [], details: [detail] })
}

const hashing = (person: Person, ...bytes: readonly Uint8Array[]) => ({
  credentialID: person.credential.id,
  hashes: bytes.map((one) => digestOf(one).toString('base64')),
  hashAlgorithmOID: SHA256,
  signAlgo: person.credential.alg === 'ES256' ? ECDSA : RSA,
})
const publicKeyOf = ({ credential }: Person) =>
  new X509Certificate(credential.certificateChain[0] ?? Buffer.alloc(0)).publicKey
const error = (code: string, description: RegExp) => ({
  error: code,
  error_description: expect.stringMatching(description) as unknown,
})

describe('CSC API v2', () => {
  it('is described, every way into it', async () => {
    expect(description.operations).toEqual(routes)
    const answer = await fetch(`${site.url}/csc/v2/openapi.json`)
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0' })
  })

  it('says what it can, to everybody', async () => {
    const { status, body } = await call('info', {})
    expect(status).toBe(200)
    expect(body).toMatchObject({
      specs: '2.0.0.2',
      authType: ['oauth2code', 'oauth2client'],
      oauth2: 'https://window.example/oauth2',
      methods: expect.arrayContaining(['signatures/signHash', 'signatures/signDoc']) as unknown,
    })
  })

  it('lists a person’s own credentials and nobody else’s', async () => {
    const other = await world.person()
    const { body } = await call('credentials/list', { credentialInfo: true }, looking(sara))
    expect(body['credentialIDs']).toEqual([sara.credential.id])
    const info = { credentialID: sara.credential.id, certificates: 'chain', certInfo: true }
    const own = await call('credentials/info', info, looking(sara))
    const chain = sara.credential.certificateChain.map((der) => Buffer.from(der).toString('base64'))
    expect(own.body).toMatchObject({
      key: { status: 'enabled', algo: [ECDSA], len: 256, curve: '1.2.840.10045.3.1.7' },
      cert: {
        status: 'valid',
        certificates: chain,
        validTo: expect.stringMatching(/^\d{14}Z$/) as unknown,
      },
      auth: { mode: 'oauth2code' },
      SCAL: '2',
    })
    expect(await call('credentials/info', info, looking(other))).toEqual({
      status: 400,
      body: error('invalid_request', /^Invalid parameter credentialID$/),
    })
    expect(await call('credentials/list', { userID: 'x' }, looking(sara))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  it('turns away who has no token for it', async () => {
    const tokens = [
      ['none', 401, 'invalid_token'],
      [bearing({ scopes: ['service'] }), 403, 'insufficient_scope'],
      [bearing({ subjectId: sara.subjectId, scopes: ['openid'] }), 403, 'insufficient_scope'],
    ] as const
    for (const [token, status, code] of tokens) {
      const answer = await call('credentials/list', {}, token)
      expect(answer).toMatchObject({ status, body: { error: code } })
    }
    expect(await call('signatures/signHash', hashing(sara, DATA), looking(sara))).toMatchObject({
      ...{ status: 403, body: { error: 'insufficient_scope' } },
    })
  })

  it('gives the token back as the signature activation data', async () => {
    const token = await activated(sara, DATA)
    const asked = { numSignatures: 1, ...hashing(sara, DATA) }
    const { body } = await call('credentials/authorize', asked, token)
    expect(body).toEqual({ SAD: token, expiresIn: expect.any(Number) as unknown })
    expect(await call('credentials/authorize', { ...asked, numSignatures: 2 }, token)).toEqual({
      status: 400,
      body: error('invalid_request', /too high/),
    })
    expect(await call('credentials/authorize', asked, looking(sara))).toEqual({
      status: 400,
      body: error('access_denied', /oauth2code/),
    })
  })

  it('signs hashes that were agreed to, once', async () => {
    const token = await activated(reza, DATA)
    const asked = { ...hashing(reza, DATA), SAD: token }
    const { status, body } = await call('signatures/signHash', asked, token)
    expect(status).toBe(200)
    const [signature] = body['signatures'] as string[]
    const bytes = Buffer.from(signature ?? '', 'base64')
    expect(verify('sha256', DATA, publicKeyOf(reza), bytes)).toBe(true)
    expect(await call('signatures/signHash', asked, token)).toEqual({
      status: 400,
      body: error('invalid_request', /signed already/),
    })
  })

  it('says when a key signs no finished hashes', async () => {
    const token = await activated(sara, DATA)
    expect(await call('signatures/signHash', hashing(sara, DATA), token)).toEqual({
      status: 400,
      body: error('invalid_request', /no finished hashes/),
    })
  })

  it('signs nothing else, for nobody else', async () => {
    const token = await activated(reza, DATA)
    const other = await world.person()
    const detail = service.bearers.get(token)?.details ?? []
    const stolen = bearing({ subjectId: other.subjectId, scopes: [], details: detail })
    const elsewhere = bearing({
      ...{ clientId: 'other', subjectId: reza.subjectId, scopes: [], details: detail },
    })
    const asked = hashing(reza, DATA)
    const cases = [
      [token, hashing(reza, Buffer.from('other')), 'invalid_request', /not authorized by the SAD/],
      [token, { ...asked, SAD: 'guessed' }, 'invalid_request', /SAD/],
      [token, { ...asked, credentialID: other.credential.id }, 'invalid_request', /credentialID/],
      [token, { ...asked, signAlgo: ECDSA }, 'invalid_request', /signAlgo/],
      [
        token,
        { ...asked, hashAlgorithmOID: '1.3.14.3.2.26' },
        'invalid_request',
        /hashAlgorithmOID/,
      ],
      [token, { ...asked, hashes: ['%%'] }, 'invalid_request', /Base64/],
      [token, { ...asked, hashes: ['AAAA'] }, 'invalid_request', /digest value length/],
      [token, { ...asked, hashes: [] }, 'invalid_request', /hashes/],
      [stolen, asked, 'invalid_request', /credentialID/],
      [elsewhere, asked, 'access_denied', /somebody else/],
    ] as const
    for (const [bearer, body, code, description] of cases) {
      expect(await call('signatures/signHash', body, bearer)).toEqual({
        status: 400,
        body: error(code, description),
      })
    }
    expect((await call('signatures/signHash', asked, token)).status).toBe(200)
  })

  it('makes PAdES signatures for digests of documents', async () => {
    const [certificate = Buffer.alloc(0)] = sara.credential.certificateChain
    const attributes = signedAttributes(
      { algorithm: 'SHA-256', value: digestOf(DATA) },
      certificate,
    )
    const token = await activated(sara, attributes, attributes)
    const [hash] = hashing(sara, DATA).hashes
    const digest = (level: string) => ({
      ...{ hashes: [hash], signature_format: 'P', conformance_level: level, signAlgo: ECDSA },
    })
    const documentDigests = [digest('AdES-B-B'), digest('AdES-B-T')]
    stamps.length = 0
    const { status, body } = await call('signatures/signDoc', { documentDigests }, token)
    expect(status).toBe(200)
    const made = (body['SignatureObject'] as string[]).map((one) => Buffer.from(one, 'base64'))
    expect(made).toHaveLength(2)
    for (const cms of made) {
      const check = checkCades(cms, DATA)
      expect(check.fault).toBeUndefined()
      expect(check.signedAt).toBeUndefined()
    }
    expect(stamps).toHaveLength(1)
  })

  it('names what it cannot do', async () => {
    const token = await activated(sara, DATA)
    const one = { hashes: [digestOf(DATA).toString('base64')], signAlgo: ECDSA }
    const p = { ...one, signature_format: 'P' }
    const cases = [
      [{ documents: [{}] }, /parameter documents/],
      [{}, /documentDigests/],
      [{ documentDigests: [{ ...p, signature_format: 'X' }] }, /signature_format/],
      [{ documentDigests: [{ ...p, conformance_level: 'AdES-B-LTA' }] }, /conformance_level/],
      [{ documentDigests: [p] }, /not authorized by the SAD/],
    ] as const
    for (const [asked, description] of cases) {
      expect(await call('signatures/signDoc', asked, token)).toEqual({
        status: 400,
        body: error('invalid_request', description),
      })
    }
  })

  it('works while nobody waits, and keeps the result for who asked', async () => {
    const token = await activated(reza, DATA)
    const asked = { ...hashing(reza, DATA), operationMode: 'A' }
    const { body } = await call('signatures/signHash', asked, token)
    const responseID = String(body['responseID'])
    const other = await world.person()
    expect(await call('signatures/signPolling', { responseID }, looking(other))).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_request' } },
    })
    let result = await call('signatures/signPolling', { responseID }, token)
    for (let left = 100; result.status !== 200 && left > 0; left--) {
      expect(result.body['error_description']).toMatch(/not yet been completed/)
      await new Promise((go) => setTimeout(go, 20))
      result = await call('signatures/signPolling', { responseID }, token)
    }
    const [signature] = result.body['signatures'] as string[]
    const bytes = Buffer.from(signature ?? '', 'base64')
    expect(verify('sha256', DATA, publicKeyOf(reza), bytes)).toBe(true)
  })

  it('gives time stamps, and says when the authority is away', async () => {
    const asked = { hash: digestOf(DATA).toString('base64'), hashAlgo: SHA256 }
    stamps.length = 0
    expect(await call('signatures/timestamp', asked, looking(sara))).toEqual({
      status: 200,
      body: { timestamp: 'MAIFAA==' },
    })
    expect(stamps[0]).toEqual({ algorithm: 'SHA-256', value: digestOf(DATA) })
    isStampAway = true
    expect(await call('signatures/timestamp', asked, looking(sara))).toMatchObject({
      ...{ status: 503, body: { error: 'temporarily_unavailable' } },
    })
    isStampAway = false
  })

  it('signs nothing with a revoked credential or after the end of the authorization', async () => {
    const person = await world.person()
    const [first, second] = [await activated(person, DATA), await activated(person, DATA)]
    const asked = hashing(person, DATA)
    const { id } = person.credential
    const revoked = { at: world.clock.now(), reason: 'key_compromise' } as const
    await world.ports.signingCredentials.revoke(id, revoked, [])
    expect(await call('signatures/signHash', asked, first)).toEqual({
      status: 400,
      body: error('access_denied', /revoked/),
    })
    world.clock.later(3600_000)
    expect(await call('signatures/signHash', asked, second)).toEqual({
      status: 400,
      body: error('access_denied', /expired/),
    })
  })
})
