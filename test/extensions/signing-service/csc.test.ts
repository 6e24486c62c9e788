import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { flattenedVerify, type FlattenedJWS } from 'jose'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import { cscRoutes, type Caller } from '../../../src/extensions/signing-service/index.ts'
import type { Digest } from '../../../src/ports/timestamp-authority.ts'
import { checkCades } from '../../../src/signing/transaction/index.ts'
import { minimalPdf } from '../../signing/support/minimal-pdf.ts'
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
const stamps: (Digest & { readonly nonce?: Uint8Array })[] = []

beforeAll(async () => {
  ;[service, world] = await Promise.all([openService(), samWorld()])
  sara = await world.person()
  reza = await world.person('RS256')
  const router = cscRoutes({
    ports: { ...world.ports, steps: service.ports.steps, limiter: service.ports.limiter },
    bearer: service.bearer,
    sam: world.sam,
    signing: {
      timestamps: {
        stamp: async (digest, nonce) => {
          if (isStampAway) throw new UpstreamUnavailable('tsa', 'away')
          stamps.push({ ...digest, ...(nonce ? { nonce } : {}) })
          return Buffer.from('30020500', 'hex')
        },
      },
      revocation: {
        check: async () => {
          throw new UpstreamUnavailable('ocsp', 'away')
        },
      },
      anchors: [],
    },
    inspector: service.inspector,
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
  expect(headers.has('WWW-Authenticate')).toBe(status === 401 || status === 403)
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

/** A token as it comes out of level 4, over the SHA-256 of each of these. */
async function activated(person: Person, ...bytes: readonly Uint8Array[]): Promise<string> {
  const activation = await world.activatedDigests(person, ...bytes)
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
      methods: expect.arrayContaining(['signatures/signDoc', 'signatures/timestamp']) as unknown,
      validationInfo: true,
    })
    // New keys are P-256 in sealed files, which sign no finished hashes.
    expect(body['methods']).not.toContain('signatures/signHash')
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
      description: 'Key in software; signDoc alone',
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
      [token, { ...asked, hashes: [] }, 'invalid_request', /^Empty hashes array$/],
      [
        token,
        { ...asked, hashes: undefined },
        'invalid_request',
        /^Missing \(or invalid type\) array parameter hashes$/,
      ],
      [
        token,
        { ...asked, hashAlgorithmOID: undefined },
        'invalid_request',
        /string parameter hashAlgorithmOID/,
      ],
      [token, { ...asked, signAlgoParams: 'MAA=' }, 'invalid_request', /signAlgoParams/],
      [token, { ...asked, response_uri: 'https://a.example/' }, 'invalid_request', /response_uri/],
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

  const digestsOf = (format: string, level: string, more: object = {}) => ({
    ...{ hashes: [digestOf(DATA).toString('base64')], signAlgo: ECDSA },
    ...{ signature_format: format, conformance_level: level, ...more },
  })
  const signDoc = (token: string, asked: object) =>
    call('signatures/signDoc', { credentialID: sara.credential.id, ...asked }, token)

  it('makes PAdES signatures for digests of documents', async () => {
    const token = await activated(sara, DATA, DATA)
    const documentDigests = [digestsOf('P', 'AdES-B-B'), digestsOf('P', 'Ades-B-T')]
    stamps.length = 0
    const { status, body } = await signDoc(token, { documentDigests })
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

  it('makes CAdES and JAdES signatures beside the document', async () => {
    const token = await activated(sara, DATA, DATA, DATA)
    const detached = { signed_envelope_property: 'Detached' }
    const documentDigests = [
      digestsOf('C', 'AdES-B-T'),
      digestsOf('J', 'AdES-B-B', detached),
      digestsOf('J', 'AdES-B-T'),
    ]
    const { status, body } = await signDoc(token, { documentDigests })
    expect(status).toBe(200)
    const [cms = Buffer.alloc(0), compact, flattened] = (body['SignatureObject'] as string[]).map(
      (one) => Buffer.from(one, 'base64'),
    )
    const check = checkCades(cms, DATA)
    expect(check.fault).toBeUndefined()
    expect(Math.abs((check.signedAt ?? 0) - world.clock.now())).toBeLessThan(60_000)
    const key = publicKeyOf(sara)
    const options = { crit: { sigD: true } }
    // By a library of somebody else's; what is signed besides the header is empty.
    const [encoded = '', , signature = ''] = String(compact).split('.')
    const apart = { protected: encoded, payload: '', signature }
    const { protectedHeader } = await flattenedVerify(apart, key, options)
    expect(protectedHeader).toMatchObject({
      alg: 'ES256',
      sigD: {
        mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash',
        hashM: 'S256',
        hashV: [digestOf(DATA).toString('base64url')],
        pars: [`ni:///sha-256;${digestOf(DATA).toString('base64url')}`],
      },
    })
    const stamped = JSON.parse(String(flattened)) as FlattenedJWS & { header: { etsiU: string[] } }
    expect(stamped.header.etsiU).toHaveLength(1)
    await expect(flattenedVerify({ ...stamped, payload: '' }, key, options)).resolves.toBeDefined()
  })

  it('makes PAdES signatures in whole documents whose hash was agreed to', async () => {
    const pdf = minimalPdf({})
    const document = {
      ...{ document: pdf.toString('base64'), signature_format: 'P', signAlgo: ECDSA },
      conformance_level: 'AdES-B-T',
    }
    const token = await activated(sara, pdf, pdf)
    const first = await signDoc(token, { documents: [document] })
    expect(first.status).toBe(200)
    const signed = Buffer.from((first.body['DocumentWithSignature'] as string[])[0] ?? '', 'base64')
    expect(signed.subarray(0, pdf.length).equals(pdf)).toBe(true)
    // The standard's default is a certification, which is the first signature or none.
    expect(signed.includes('/DocMDP')).toBe(true)
    const again = { ...document, document: signed.toString('base64') }
    const next = await activated(sara, signed)
    expect(await signDoc(next, { documents: [again] })).toEqual({
      status: 400,
      body: error('invalid_request', /signed_envelope_property: already_/),
    })
    const revision = { ...again, signed_envelope_property: 'Revision' }
    const second = await signDoc(next, { documents: [revision] })
    expect(second.status).toBe(200)
    expect(await signDoc(next, { documents: [revision] })).toEqual({
      status: 400,
      body: error('invalid_request', /signed already/),
    })
  })

  it('gives one signature for each digest, whatever is asked for first', async () => {
    const token = await activated(reza, DATA)
    const { credentialID, signAlgo, hashes, ...rest } = hashing(reza, DATA)
    const one = { ...{ hashes, signAlgo, ...rest }, signature_format: 'C' }
    const asked = { credentialID, documentDigests: [one] }
    const both = await Promise.all([
      call('signatures/signDoc', asked, token),
      call('signatures/signHash', hashing(reza, DATA), token),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
  })

  it('names what it cannot do, and spends nothing', async () => {
    const pdf = minimalPdf({})
    const script = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (x) >>' })
    const token = await activated(sara, DATA, script)
    const p = digestsOf('P', 'AdES-B-B')
    const whole = { document: pdf.toString('base64'), signature_format: 'P', signAlgo: ECDSA }
    const cases = [
      [{}, /^Empty documentDigests and documents objects$/],
      [{ documents: [whole], documentDigests: [p] }, /^Both documentDigests and documents/],
      [{ documents: [{}] }, /^Missing \(or invalid type\) string parameter/],
      [
        { documents: [{ ...whole, document: '%%' }] },
        /^Invalid Base64 documents string parameter$/,
      ],
      [{ documents: [whole] }, /^documentDigests or documents are not authorized by the SAD$/],
      [{ documents: [{ ...whole, signature_format: 'C' }] }, /signed_envelope_property/],
      [
        { documents: [{ ...whole, document: script.toString('base64') }] },
        /^Invalid array parameter documents: javascript$/,
      ],
      [{ documents: [whole], operationMode: 'A' }, /^Invalid parameter operationMode/],
      [
        { documentDigests: [{ ...p, signature_format: 'X' }] },
        /^Invalid parameter signature_format$/,
      ],
      [{ documentDigests: [{ ...p, conformance_level: 'AdES-B-LTA' }] }, /returnValidationInfo/],
      [{ documentDigests: [digestsOf('C', 'AdES-B-LT')] }, /^Invalid parameter conformance_level$/],
      [{ documentDigests: [digestsOf('J', 'AdES-B-X')] }, /^Invalid parameter conformance_level$/],
      [
        { documentDigests: [digestsOf('C', 'AdES-B-B', { signed_envelope_property: 'Attached' })] },
        /^Invalid parameter signed_envelope_property$/,
      ],
      [
        { documentDigests: [{ ...p, signed_props: [{ attribute_name: 'Reason' }] }] },
        /^Invalid parameter signed_props \(Reason\)$/,
      ],
      [
        { documentDigests: [{ ...p, hashAlgorithmOID: '2.16.840.1.101.3.4.2.3' }] },
        /contradicts with signAlgo/,
      ],
      [{ documentDigests: [{ ...p, hashes: ['AAAA'] }] }, /^Invalid digest value length$/],
      [{ documentDigests: [p], signatureQualifier: 'eu_eidas_qes' }, /signatureQualifier/],
      [
        {
          documentDigests: [p, { ...p, hashes: [digestOf(pdf).toString('base64')] }],
        },
        /not authorized by the SAD$/,
      ],
      [{ documentDigests: [p], credentialID: undefined }, /string parameter credentialID/],
    ] as const
    for (const [asked, description] of cases) {
      expect(await signDoc(token, asked)).toEqual({
        status: 400,
        body: error('invalid_request', description),
      })
    }
    expect((await signDoc(token, { documentDigests: [p] })).status).toBe(200)
  })

  it('wants the parameters of RSASSA-PSS, and its own', async () => {
    const mina = await world.person('PS256')
    const token = await activated(mina, DATA)
    const PSS = '1.2.840.113549.1.1.10'
    const asked = { ...hashing(mina, DATA), signAlgo: PSS }
    expect(await call('signatures/signHash', asked, token)).toEqual({
      status: 400,
      body: error('invalid_request', /string parameter signAlgoParams/),
    })
    // RFC 4055 section 3.1: SHA-256, MGF1 with SHA-256, 32 octets of salt.
    const hex =
      '3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120'
    const signAlgoParams = Buffer.from(hex, 'hex').toString('base64')
    const { body } = await call('signatures/signHash', { ...asked, signAlgoParams }, token)
    const [signature] = body['signatures'] as string[]
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    const key = { key: publicKeyOf(mina), ...padding }
    expect(verify('sha256', DATA, key, Buffer.from(signature ?? '', 'base64'))).toBe(true)
  })

  it('works while nobody waits, and keeps the result for who asked', async () => {
    const token = await activated(reza, DATA)
    const asked = { ...hashing(reza, DATA), operationMode: 'A' }
    const { body } = await call('signatures/signHash', asked, token)
    const requestID = String(body['responseID'])
    const other = await world.person()
    expect(await call('signatures/signPolling', { requestID }, looking(other))).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_request' } },
    })
    let result = await call('signatures/signPolling', { requestID }, token)
    for (let left = 100; result.status !== 200 && left > 0; left--) {
      expect(result).toMatchObject({ status: 202, body: { error: 'accepted_request' } })
      await new Promise((go) => setTimeout(go, 20))
      result = await call('signatures/signPolling', { requestID }, token)
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
    await call('signatures/timestamp', { ...asked, nonce: 'C0FFE' }, looking(sara))
    expect(stamps[1]?.nonce).toEqual(Buffer.from('0c0ffe', 'hex'))
    for (const [more, description] of [
      [{ nonce: 'not a number' }, /^Invalid parameter nonce$/],
      [{ hashAlgo: '1.3.14.3.2.26' }, /^Invalid parameter hashAlgo$/],
      [{ hash: '' }, /^Empty hash parameter$/],
      [{ hash: '%%' }, /^Invalid Base64 hash string parameter$/],
      [{ hashAlgo: '2.16.840.1.101.3.4.2.3' }, /^Invalid digest value length$/],
    ] as const) {
      expect(await call('signatures/timestamp', { ...asked, ...more }, looking(sara))).toEqual({
        status: 400,
        body: error('invalid_request', description),
      })
    }
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
      body: error('invalid_request', /^SAD expired$/),
    })
  })
})
