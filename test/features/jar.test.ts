import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import {
  otherSignature,
  proofKey,
  seconds,
  signed,
  type JwtChanges,
  type ProofKey,
} from '../support/proof-keys.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let agent: Agent
let key: ProofKey
let rp: Awaited<ReturnType<typeof party>>
let strict: typeof rp

beforeAll(async () => {
  key = await proofKey()
  const jwks = { keys: [key.public] }
  const clients = [
    webClient('rp', { jwks, request_object_signing_alg: 'ES256' }),
    webClient('strict', { jwks, require_signed_request_object: true }),
  ]
  window = await openWindow({ clients })
  agent = new Agent(window)
  const [first, second] = clients
  rp = await party(window, first ?? webClient('rp'))
  strict = await party(window, second ?? webClient('strict'))
})
afterAll(() => window.close())

/** The request as a signed object, and an address that carries it alone. */
async function object(clientId = 'rp', changes: JwtChanges = {}, by = rp) {
  const request = await by.request({ client_id: clientId })
  const params = Object.fromEntries(request.url.searchParams)
  const at = seconds()
  const times = { iat: at, nbf: at, exp: at + 60 }
  const claims = { ...params, iss: clientId, aud: window.url, client_id: clientId, ...times }
  const jwt = await signed(
    key,
    { kid: key.public.kid, typ: 'oauth-authz-req+jwt' },
    claims,
    changes,
  )
  return { request, jwt, address: (sent = jwt, more = {}) => address(clientId, sent, more) }
}

function address(client_id: string, request: string, more: Record<string, string>) {
  const query = { client_id, response_type: 'code', scope: 'openid', request, ...more }
  return `/oauth2/authorize?${new URLSearchParams(query)}`
}

async function encrypted(
  jwt: string,
  changes: { alg?: string; enc?: string } = {},
): Promise<string> {
  const { keys } = (await (await fetch(`${window.url}/oauth2/jwks`)).json()) as { keys: JWK[] }
  const ours = keys.find(({ use }) => use === 'enc') ?? {}
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', ...changes }
  return new CompactEncrypt(Buffer.from(jwt))
    .setProtectedHeader({ ...header, kid: ours.kid, cty: 'oauth-authz-req+jwt' })
    .encrypt(await importJWK({ ...ours, alg: undefined }, header.alg))
}

describe('signed request objects (RFC 9101)', () => {
  it('carry the whole request; what stands beside them does not count', async () => {
    const { request, address: at } = await object()
    const callback = await agent.signIn(
      new URL(at(undefined, { state: 'outside', nonce: 'outside' }), window.url),
    )
    expect(callback.searchParams.get('state')).toBe(request.state)
    const tokens = await rp.redeem(callback, request)
    expect(tokens.claims()?.nonce).toBe(request.nonce)
  })

  it('may be encrypted to our key', async () => {
    const { request, jwt, address: at } = await object()
    const callback = await agent.signIn(new URL(at(await encrypted(jwt)), window.url))
    expect((await rp.redeem(callback, request)).claims()?.nonce).toBe(request.nonce)
  })

  it('may be pushed, encrypted or not', async () => {
    for (const shut of [(jwt: string) => Promise.resolve(jwt), encrypted]) {
      const { request, jwt } = await object()
      const pushed = await rp.post('/oauth2/par', { request: await shut(jwt) })
      expect(pushed.status).toBe(201)
      const query = { client_id: 'rp', request_uri: String(pushed.json['request_uri']) }
      const callback = await agent.signIn(
        new URL(`/oauth2/authorize?${new URLSearchParams(query)}`, window.url),
      )
      expect((await rp.redeem(callback, request)).claims()?.nonce).toBe(request.nonce)
    }
  })

  it.each<readonly [string, JwtChanges]>([
    ['another signature', { spoil: otherSignature }],
    ['no signature', { header: { alg: 'none' } }],
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['another audience', { claims: { aud: 'https://other.example' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['an end in the past', { claims: { exp: 1 } }],
    ['a beginning in the future', { claims: { nbf: 9_999_999_999 } }],
    ['another client', { claims: { client_id: 'strict' } }],
    ['an object in it', { claims: { request: 'x' } }],
    ['an address in it', { claims: { request_uri: 'https://rp.example/request' } }],
  ])('are refused with %s', async (_what, changes) => {
    const { address: at } = await object('rp', changes)
    const seen = await agent.get(at())
    expect(seen.away?.searchParams.get('code') ?? null).toBeNull()
    expect(seen.away?.searchParams.get('error') ?? `${seen.status}`).toMatch(
      /^(400|invalid_request|invalid_request_object)$/,
    )
  })

  it('are refused when they are encrypted to another key, or by an algorithm that is not offered', async () => {
    const { jwt, address: at } = await object()
    const stranger = await proofKey('ECDH-ES', 'enc')
    const wrong = await new CompactEncrypt(Buffer.from(jwt))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK(stranger.public, 'ECDH-ES'))
    for (const sent of [wrong, await encrypted(jwt, { alg: 'ECDH-ES+A256KW' }), 'a.b.c.d.e']) {
      const seen = await agent.get(at(sent))
      expect(seen.away?.searchParams.get('code') ?? null).toBeNull()
    }
  })

  it('are required of a client that is registered so', async () => {
    const plain = await strict.request()
    const seen = await agent.get(plain.url)
    expect(seen.away?.searchParams.get('error')).toBe('invalid_request')
    const { address: at, request } = await object('strict', {}, strict)
    const callback = await agent.signIn(new URL(at(), window.url))
    expect((await strict.redeem(callback, request)).claims()?.aud).toBe('strict')
  })

  it('are not fetched from anywhere', async () => {
    const query = { client_id: 'rp', request_uri: 'https://rp.example/request.jwt' }
    const seen = await agent.get(`/oauth2/authorize?${new URLSearchParams(query)}`)
    expect(seen.status).toBe(400)
    const discovery = await fetch(`${window.url}/.well-known/openid-configuration`)
    expect(await discovery.json()).toMatchObject({
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      request_object_encryption_alg_values_supported: ['ECDH-ES'],
    })
  })
})
