import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { headingOf, SARA } from './support/level-2.ts'
import {
  approve,
  enrolled,
  openSignatureWindow,
  readOn,
  REZA,
  RP,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { en } from '../src/pages/text/en.ts'
import {
  dpopProof,
  otherSignature,
  proofKey,
  seconds,
  type JwtChanges,
} from './support/proof-keys.ts'
import { certificateAuthority } from './support/certificates.ts'
import { webClient } from './support/relying-party.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

const CLIENT = {
  ...RP,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
}

const agency = certificateAuthority().issue({ name: [['CN', 'rp.example']] })
const MACHINE = webClient('machine', {
  client_secret: undefined,
  ...{ redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: 'CN=rp.example',
  tls_client_certificate_bound_access_tokens: true,
})

let window: SignatureWindow
beforeAll(async () => {
  window = await openSignatureWindow({
    window: { clients: [CLIENT, MACHINE], env: { PANJEREH_CLIENT_CERTIFICATE: 'proxy' } },
  })
})
afterAll(() => window?.close())

type Json = Record<string, unknown>

let sara: Pick<Awaited<ReturnType<typeof enrolled>>, 'agent' | 'passkey'> | undefined

/** She has enrolled, and comes for something else. */
async function toLevel4Again(details: readonly Json[]) {
  if (sara === undefined) throw new Error('she has not enrolled')
  return { ...sara, ...(await toLevel4(window, { agent: sara.agent, details })) }
}

async function token(
  scope: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
  type = 'Bearer',
): Promise<string> {
  const basic = Buffer.from(`rp:${String(RP['client_secret'])}`).toString('base64')
  const answer = await fetch(`${window.url}/oauth2/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}`, ...headers },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: window.url,
      scope,
      ...more,
    }),
  })
  const json = (await answer.json()) as Json
  expect(json).toMatchObject({ token_type: type })
  return String(json['access_token'])
}

async function call(bearer: string, path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers)
  headers.set('Authorization', `Bearer ${bearer}`)
  const answer = await fetch(`${window.url}${path}`, { ...init, headers })
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

async function json(bearer: string, path: string, body?: object): Promise<Json> {
  const init = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
  const { status, bytes } = await call(bearer, path, init)
  expect([path, status, status < 300 ? '' : bytes.toString()]).toEqual([path, status, ''])
  return JSON.parse(bytes.toString()) as Json
}

const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function expectValid(signed: Buffer, profile: string): Promise<void> {
  const verified = await fetch(`${window.url}/verify/api`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/pdf' },
    body: new Uint8Array(signed),
  })
  const report = JSON.stringify(await verified.json())
  expect(report).toContain('TOTAL-PASSED')
  expect(report).toContain(`"${profile}"`)
  expect(report).not.toContain('TOTAL-FAILED')
}

describe('the signing service of a whole window', () => {
  it('takes a document, has it signed by the citizen, and gives it back for anybody to verify', async () => {
    const bearer = await token('signing')
    const pdf = minimalPdf({})
    const { id } = await json(bearer, '/signing/v1/requests', {
      purpose: 'قرارداد اجاره',
      profile: 'B-LTA',
      signers: [{ national_id: SARA.nationalId }],
    })
    const documents = `/signing/v1/requests/${String(id)}/documents`
    const upload = await call(bearer, documents, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf' },
      body: new Uint8Array(pdf),
    })
    expect(upload.status).toBe(201)
    const ready = await json(bearer, `/signing/v1/requests/${String(id)}/ready`, {})
    const details = ready['authorization_details'] as Json[]

    const stranger = await toLevel4(window, { details, who: REZA })
    expect(headingOf(stranger.page)).toBe(en.signature.stops.not_intended.title)

    const { agent, page, party, request, passkey } = await enrolled(window, { details })
    sara = { agent, passkey }
    expect(page.html).toContain('قرارداد اجاره')
    expect(readOn(page)).toContain(hex(pdf))
    const done = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(done.away ?? new URL('about:blank'), request)
    expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:acr:4' })
    expect(tokens.claims()?.['signatures']).toHaveLength(1)

    const { bytes: signed } = await call(bearer, `${documents}/1`)
    expect(signed.subarray(0, pdf.length).equals(pdf)).toBe(true)
    expect(tokens['authorization_details']).toMatchObject([
      { documents: [{ sha256: hex(signed) }] },
    ])
    const { signers } = await json(bearer, `/signing/v1/requests/${String(id)}`)
    expect(signers).toEqual([{ sub: tokens.claims()?.sub, signed_at: expect.any(Number) }])
    await expectValid(signed, 'B-LTA')
  })

  it('asks for every act anew, though the session has just signed', async () => {
    const details = [{ type: 'ir.transaction', text: 'انتقال ۱۰۰ ریال' }]
    const { agent, passkey, page, party, request } = await enrolled(window, {
      details,
      who: REZA,
    })
    const done = await agent.walk(await approve(agent, page, passkey))
    const first = (await party.redeem(done.away ?? new URL('about:blank'), request)).claims()
    const [kept] = first?.['signatures'] as string[]
    const path = `/signing/v1/requests/${kept}/documents/1`
    const headers = { Authorization: `Bearer ${await token('signing')}` }
    const fetched = await fetch(`${window.url}${path}`, { headers })
    expect(fetched.headers.get('Content-Type')).toBe('application/jose+json')
    expect(fetched.headers.get('Content-Disposition')).toContain('transaction.jades.json')
    expect(await fetched.json()).toMatchObject({ signature: expect.any(String) as unknown })
    const again = await toLevel4(window, { agent, details, who: REZA })
    expect(again.page.html).toContain('data-passkey="get"')
    const once = await agent.walk(await approve(agent, again.page, passkey))
    const tokens = await again.party.redeem(once.away ?? new URL('about:blank'), again.request)
    const second = decodeJwt(String(tokens.id_token))
    expect(second['transaction_hash']).toBe(first?.['transaction_hash'])
    expect(second['signatures']).not.toEqual(first?.['signatures'])
  })

  it('signs by CSC API v2 what was agreed to by its hash: a whole document, and digests', async () => {
    const pdf = minimalPdf({})
    const prepared = Buffer.from('what the /ByteRange covers')
    const base64 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')
    const documentDigests = [
      { hash: base64(pdf), label: 'Deed' },
      { hash: base64(prepared), label: 'Annex' },
    ]
    const hashAlgorithmOID = '2.16.840.1.101.3.4.2.1'
    const details = [{ type: 'credential', hashAlgorithmOID, numSignatures: 2, documentDigests }]
    const { agent, page, passkey, party, request } = await toLevel4Again(details)
    const done = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(done.away ?? new URL('about:blank'), request)
    const [detail] = tokens['authorization_details'] as unknown as Json[]
    const credentialID = String(detail?.['credentialID'])
    const signDoc = (asked: object) =>
      json(tokens.access_token, '/csc/v2/signatures/signDoc', { credentialID, ...asked })
    const key = await json(tokens.access_token, '/csc/v2/credentials/info', { credentialID })
    const [signAlgo] = (key['key'] as { algo: string[] }).algo
    const common = { signAlgo, signature_format: 'P' }
    const whole = await signDoc({
      documents: [{ ...common, document: pdf.toString('base64'), conformance_level: 'AdES-B-LTA' }],
    })
    const signed = Buffer.from((whole['DocumentWithSignature'] as string[])[0] ?? '', 'base64')
    await expectValid(signed, 'B-LTA')
    const apart = await signDoc({
      documentDigests: [{ ...common, hashes: [base64(prepared)], conformance_level: 'AdES-B-LT' }],
      returnValidationInfo: true,
    })
    expect(apart['SignatureObject']).toHaveLength(1)
    const info = apart['validationInfo'] as Record<string, string[]>
    // Of the signer, of the time stamp authority, and of what is between them and the root.
    expect(info['ocsp']?.length ?? 0).toBeGreaterThan(1)
    expect(info['certificates']?.length ?? 0).toBeGreaterThan(0)
  })

  it('takes tokens that are bound to a key, with a proof of it alone (RFC 9449)', async () => {
    const owner = await proofKey()
    const proofed = (path: string, accessToken?: string, changes: JwtChanges = {}, by = owner) =>
      dpopProof(by, { htm: 'POST', htu: `${window.url}${path}`, accessToken }, changes)
    const bound = await token('signing', {}, { DPoP: await proofed('/oauth2/token') }, 'DPoP')
    const path = '/signing/v1/requests'
    const ask = async (scheme: string, proof?: string, shown = bound) => {
      const answer = await fetch(`${window.url}${path}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(shown === '' ? {} : { Authorization: `${scheme} ${shown}` }),
          ...(proof === undefined ? {} : { DPoP: proof }),
        },
        body: JSON.stringify({ purpose: 'x' }),
      })
      return [answer.status, answer.headers.get('WWW-Authenticate')] as const
    }
    const proof = await proofed(path, bound)
    expect(await ask('DPoP', proof)).toEqual([201, null])
    const algs = 'algs="ES256 EdDSA Ed25519 PS256"'
    const invalid = `DPoP error="invalid_dpop_proof", ${algs}`
    const wrong: Readonly<Record<string, string | undefined>> = {
      'no proof': undefined,
      'the same proof again': proof,
      'of another address': await proofed('/signing/v1/other', bound),
      'for another token': await proofed(path, 'another'),
      old: await proofed(path, bound, { claims: { iat: seconds() - 400 } }),
      'of tomorrow': await proofed(path, bound, { claims: { iat: seconds() + 90 } }),
      'by another method': await proofed(path, bound, { claims: { htm: 'GET' } }),
      'not signed by its key': otherSignature(await proofed(path, bound)),
      'of another type': await proofed(path, bound, { header: { typ: 'JWT' } }),
    }
    for (const [what, one] of Object.entries(wrong))
      expect([what, await ask('DPoP', one)]).toEqual([what, [401, invalid]])
    const token401 = [401, `DPoP error="invalid_token", ${algs}`]
    const stranger = await proofed(path, bound, {}, await proofKey())
    expect(await ask('DPoP', stranger)).toEqual(token401)
    expect(await ask('Bearer', await proofed(path, bound))).toEqual(token401)
    expect(await ask('Bearer')).toEqual([401, 'Bearer error="invalid_token"'])
    const plain = await token('signing')
    expect(await ask('DPoP', await proofed(path, plain), plain)).toEqual(token401)
    expect(await ask('', undefined, '')).toEqual([401, `Bearer, DPoP ${algs}`])
  })

  it('takes tokens that are bound to a certificate from who shows it (RFC 8705)', async () => {
    const shown = (cert: string) => ({
      'x-ssl-client-cert': encodeURIComponent(cert),
      'x-ssl-client-verify': 'SUCCESS',
    })
    const given = await fetch(`${window.url}/oauth2/token`, {
      method: 'POST',
      headers: shown(agency.cert),
      body: new URLSearchParams({
        ...{ client_id: 'machine', grant_type: 'client_credentials' },
        ...{ scope: 'signing', resource: window.url },
      }),
    })
    const { access_token: bound } = (await given.json()) as Json
    const ask = async (headers: Record<string, string>) => {
      const Authorization = `Bearer ${String(bound)}`
      const all = { Authorization, ...headers }
      const answer = await fetch(`${window.url}/signing/v1/requests`, { headers: all })
      return [answer.status, answer.headers.get('WWW-Authenticate')]
    }
    expect(await ask(shown(agency.cert))).toEqual([200, null])
    const refused = [401, 'Bearer error="invalid_token"']
    expect(await ask({})).toEqual(refused)
    expect(await ask(shown(certificateAuthority().issue({ name: [['CN', 'x']] }).cert))).toEqual(
      refused,
    )
  })

  it('knows nobody without a token of this window with the right scope', async () => {
    const plain = await call('nothing', '/signing/v1/requests/x')
    expect(plain.status).toBe(401)
    const other = await call(await token('service'), '/signing/v1/requests/x')
    expect(other.status).toBe(403)
  })

  it('says by CSC API v2 what it can do', async () => {
    const answer = await fetch(`${window.url}/csc/v2/info`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ specs: expect.stringMatching(/^2\./) })
  })
})
