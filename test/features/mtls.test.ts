import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createPublicKey } from 'node:crypto'
import { Agent } from '../support/agent.ts'
import { certificateAuthority, selfSigned, type Certificate } from '../support/certificates.ts'
import { CALLBACK, relyingParty, webClient } from '../support/relying-party.ts'
import { fetchAs, openTlsWindow, type TlsWindow } from '../support/tls-window.ts'

const BOUND = { tls_client_certificate_bound_access_tokens: true }
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials']
const by = (method: string, more: Record<string, unknown>) => ({
  client_secret: undefined,
  token_endpoint_auth_method: method,
  grant_types: GRANTS,
  ...more,
})

let window: TlsWindow
let agent: Agent
let agency: Certificate
let own: Certificate

beforeAll(async () => {
  const authority = certificateAuthority()
  agency = authority.issue({
    name: [
      ['C', 'IR'],
      ['O', 'سازمان ثبت, اسناد'],
      ['CN', 'rp.example'],
    ],
    dns: 'mtls.rp.example',
  })
  own = selfSigned({ name: [['CN', 'self-made']] })
  const jwk = createPublicKey(own.cert).export({ format: 'jwk' })
  const jwks = { keys: [{ ...jwk, x5c: [own.x5c] }] }
  const subject = { tls_client_auth_subject_dn: 'CN=rp.example, O=سازمان ثبت\\, اسناد,C=IR' }
  window = await openTlsWindow({
    authority,
    clients: [
      webClient('by-name', by('tls_client_auth', { ...subject, ...BOUND })),
      webClient('by-host', by('tls_client_auth', { tls_client_auth_san_dns: 'mtls.rp.example' })),
      ...ALTERNATIVES.map(([kind, name]) =>
        webClient(`by-${kind}`, by('tls_client_auth', { [`tls_client_auth_san_${kind}`]: name })),
      ),
      webClient('by-key', by('self_signed_tls_client_auth', { jwks, ...BOUND })),
      webClient('by-secret', { ...BOUND, grant_types: GRANTS }),
    ],
  })
  agent = new Agent(window)
})
afterAll(() => window.close())

const ALTERNATIVES = [
  ['uri', 'https://rp.example/client'],
  ['email', 'mtls@rp.example'],
  ['ip', '192.0.2.7'],
] as const

type Shown = Pick<Certificate, 'cert' | 'key'> | undefined

async function ask(certificate: Shown, fields: Record<string, string>, headers = {}) {
  const sent = { method: 'POST', headers, body: new URLSearchParams(fields) }
  const answer = await fetchAs(certificate, `${window.url}/oauth2/token`, sent)
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

const machine = (client_id: string) => ({ client_id, grant_type: 'client_credentials' })
const thumbprint = ({ cert }: Certificate) =>
  createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url')

describe('mutual TLS (RFC 8705)', () => {
  it.each([
    ['by-name', () => agency],
    ['by-host', () => agency],
    ['by-key', () => own],
  ] as const)('knows a client: %s', async (clientId, certificate) => {
    expect((await ask(certificate(), machine(clientId))).status).toBe(200)
  })

  it.each<readonly [string, string, () => Shown]>([
    ['by-name', 'nothing', () => undefined],
    ['by-name', 'another name', () => window.authority.issue({ name: [['CN', 'rp.example']] })],
    ['by-name', 'the name by another authority', () => stranger()],
    ['by-name', 'the name by itself', () => selfSigned(NAME)],
    ['by-host', 'another host', () => window.authority.issue({ ...NAME, dns: 'rp.example' })],
    ['by-key', 'nothing', () => undefined],
    ['by-key', 'the name with another key', () => selfSigned({ name: [['CN', 'self-made']] })],
    ['by-key', 'one of our authority', () => agency],
  ])('does not know a client: %s, who shows %s', async (clientId, _what, certificate) => {
    const { status, json } = await ask(certificate(), machine(clientId))
    expect([status, json['error']]).toEqual([401, 'invalid_client'])
  })

  it.each(ALTERNATIVES)('knows a client by its %s alone', async (kind, name) => {
    const right = window.authority.issue({ name: [['CN', 'x']], [kind]: name })
    expect((await ask(right, machine(`by-${kind}`))).status).toBe(200)
    expect((await ask(agency, machine(`by-${kind}`))).status).toBe(401)
  })

  it.each([
    'https://evil.example/, DNS:mtls.rp.example, x',
    'https://evil.example/", DNS:mtls.rp.example, "x',
    'https://evil.example/\\", DNS:mtls.rp.example',
  ])('takes no name for another that stands in it: %s', async (uri) => {
    const forged = window.authority.issue({ name: [['CN', 'evil']], uri })
    expect((await ask(forged, machine('by-host'))).status).toBe(401)
  })

  it('believes no header of a client’s when TLS ends here', async () => {
    const headers = {
      'x-ssl-client-cert': encodeURIComponent(agency.cert),
      'x-ssl-client-verify': 'SUCCESS',
    }
    expect((await ask(undefined, machine('by-name'), headers)).status).toBe(401)
    expect((await ask(own, machine('by-name'), headers)).status).toBe(401)
  })

  it('binds tokens to the certificate, whatever the client proves itself by', async () => {
    const secret = String(webClient('by-secret')['client_secret'])
    const basic = `Basic ${Buffer.from(`by-secret:${secret}`).toString('base64')}`
    const rp = await relyingParty(window, webClient('by-secret', BOUND))
    const request = await rp.request()
    const callback = await agent.signIn(request.url)
    const code = {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: request.verifier,
    }
    const without = await ask(undefined, code, { authorization: basic })
    expect(without.json['error']).toBe('invalid_grant')
    const { status, json } = await ask(own, code, { authorization: basic })
    expect([status, json['error_description'] ?? json['token_type']]).toEqual([200, 'Bearer'])
    const token = String(json['access_token'])
    const resource = async (certificate: Shown) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetchAs(certificate, `${window.url}/oauth2/userinfo`, { headers })).status
    }
    expect([await resource(own), await resource(agency), await resource(undefined)]).toEqual([
      200, 401, 401,
    ])
    const introspected = await fetchAs(undefined, `${window.url}/oauth2/introspect`, {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({ token }),
    })
    expect(await introspected.json()).toMatchObject({ cnf: { 'x5t#S256': thumbprint(own) } })
  })

  it('is told in discovery', async () => {
    const answer = await fetch(`${window.url}/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      tls_client_certificate_bound_access_tokens: true,
      token_endpoint_auth_methods_supported: expect.arrayContaining([
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ]),
    })
  })
})

const NAME = {
  name: [
    ['C', 'IR'],
    ['O', 'سازمان ثبت, اسناد'],
    ['CN', 'rp.example'],
  ],
} as const
const stranger = () => certificateAuthority().issue(NAME)
