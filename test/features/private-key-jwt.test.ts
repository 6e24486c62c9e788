import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { certificateAuthority } from '../support/certificates.ts'
import { openKeySite, type KeySite } from '../support/key-site.ts'
import {
  clientAssertion,
  otherSignature,
  proofKey,
  seconds,
  type JwtChanges,
  type ProofKey,
} from '../support/proof-keys.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const MACHINE = {
  client_secret: undefined,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
}

let window: TestWindow
let site: KeySite
let key: ProofKey
let moved: ProofKey

beforeAll(async () => {
  key = await proofKey()
  moved = await proofKey('EdDSA')
  site = await openKeySite(moved.public)
  const clients = [
    webClient('by-value', { ...MACHINE, jwks: { keys: [key.public] } }),
    webClient('by-address', { ...MACHINE, jwks_uri: site.url }),
    webClient('by-secret', {
      ...MACHINE,
      client_secret: 's'.repeat(43),
      token_endpoint_auth_method: 'client_secret_basic',
    }),
  ]
  const byCertificate = { token_endpoint_auth_method: 'tls_client_auth' }
  const name = { tls_client_auth_subject_dn: 'CN=rp.example' }
  clients.push(webClient('by-certificate', { ...MACHINE, ...byCertificate, ...name }))
  window = await openWindow({ clients })
})
afterAll(async () => {
  await window.close()
  await site.close()
})

async function ask(
  assertion: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const answer = await fetch(`${window.url}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
      ...more,
    }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

const by = (clientId: string, changes?: JwtChanges) =>
  clientAssertion(key, clientId, window.url, changes)

describe('private_key_jwt (RFC 7523, OIDC Core 9)', () => {
  it('is checked by keys given by value', async () => {
    expect((await ask(await by('by-value'))).status).toBe(200)
  })

  it('is checked by keys at an address, also by those that come later', async () => {
    const first = await clientAssertion(moved, 'by-address', window.url)
    expect((await ask(first)).status).toBe(200)
    expect((await ask(await clientAssertion(moved, 'by-address', window.url))).status).toBe(200)
    expect(site.fetched()).toBe(1)
  })

  it('is not good here when it was made for another server, whatever host the request names', async () => {
    const aud = 'http://evil.example/oauth2/token'
    const elsewhere = await by('by-value', { claims: { aud } })
    const { status, json } = await ask(elsewhere, {}, { 'x-forwarded-host': 'evil.example' })
    expect([status, json['error']]).toEqual([401, 'invalid_client'])
    const own = await by('by-value', { claims: { aud: `${window.url}/oauth2/token` } })
    expect((await ask(own, {}, { 'x-forwarded-host': 'evil.example' })).status).toBe(200)
  })

  it('is good once, also when it comes many times at once', async () => {
    const assertion = await by('by-value')
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers.filter((answer) => answer.status !== 200)) {
      expect([400, 401]).toContain(status)
      expect(['invalid_client', 'invalid_request']).toContain(json['error'])
    }
    expect((await ask(assertion)).json['error']).toBe('invalid_client')
  })

  it('may name the issuer or the token endpoint, alone or among others', async () => {
    for (const aud of [
      window.url,
      `${window.url}/oauth2/token`,
      [window.url, 'https://other.example'],
    ]) {
      expect((await ask(await by('by-value', { claims: { aud } }))).status).toBe(200)
    }
  })

  it.each<readonly [string, JwtChanges]>([
    ['another audience', { claims: { aud: 'https://other.example' } }],
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['another subject', { claims: { sub: 'by-address' } }],
    ['no end', { claims: { exp: undefined } }],
    ['an end in the past', { claims: { exp: seconds() - 60 } }],
    ['a beginning in the future', { claims: { nbf: seconds() + 120 } }],
    ['a time of making in the future', { claims: { iat: seconds() + 120 } }],
    ['no jti', { claims: { jti: undefined } }],
    ['another signature', { spoil: otherSignature }],
    ['no signature', { header: { alg: 'none' } }],
    ['a symmetric algorithm in its head', { header: { alg: 'none', typ: 'HS256' } }],
  ])('is refused with %s', async (_what, changes) => {
    const { status, json } = await ask(await by('by-value', changes))
    expect([status, json['error']]).toEqual([401, 'invalid_client'])
  })

  it('is offered where certificates are off, and those are no way in', async () => {
    const discovery = await fetch(`${window.url}/.well-known/openid-configuration`)
    const told = (await discovery.json()) as Record<string, unknown>
    const methods = told['token_endpoint_auth_methods_supported']
    expect(methods).toContain('private_key_jwt')
    expect(methods).not.toContain('tls_client_auth')
    expect(told['tls_client_certificate_bound_access_tokens']).toBeUndefined()
    const { cert } = certificateAuthority().issue({ name: [['CN', 'rp.example']] })
    const answer = await fetch(`${window.url}/oauth2/token`, {
      method: 'POST',
      headers: {
        'x-ssl-client-cert': encodeURIComponent(cert),
        'x-ssl-client-verify': 'SUCCESS',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'by-certificate' }),
    })
    expect([400, 401]).toContain(answer.status)
  })

  it('is the only way for a client that is registered for it, and no way for others', async () => {
    const plain = await fetch(`${window.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'by-value' }),
    })
    expect(plain.status).toBe(401)
    expect((await ask(await by('by-secret'))).status).toBe(401)
    const both = await ask(await by('by-value'), { client_secret: 's'.repeat(43) })
    expect(both.json['error']).toBe('invalid_request')
    const other = await ask(await by('by-value'), { client_id: 'by-address' })
    expect(other.json['error']).toBe('invalid_request')
  })
})
