import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { FapiClient } from '../support/fapi-client.ts'
import { selfSigned } from '../support/certificates.ts'
import { proofKey, type ProofKey } from '../support/proof-keys.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let key: ProofKey

beforeAll(async () => {
  window = await openWindow({ env: { PANJEREH_TTL_CODE: '5m' } })
  key = await proofKey()
})
afterAll(() => window.close())

let last = 0
async function client(more: Record<string, unknown>): Promise<FapiClient> {
  last += 1
  const made = new FapiClient({
    id: `fapi-${last}`,
    issuer: window.url,
    auth: 'private_key_jwt',
    bound: 'dpop',
    key,
    dpopKey: key,
    certificate: selfSigned({ name: [['CN', 'x']] }),
    more,
  })
  // As an operator's file would bring it: only what is written there.
  const metadata = JSON.parse(JSON.stringify(made.metadata)) as ClientMetadata
  await window.ports.clients.put(metadata)
  return made
}

describe('panjereh_profile: fapi2', () => {
  it('sets what it needs and leaves the rest', async () => {
    const party = await client({ client_name: 'Kept' })
    const pushed = await party.push()
    expect(pushed.requestUri).toMatch(/^urn:ietf:params:oauth:request_uri:/)
  })

  it.each<readonly [string, Record<string, unknown>]>([
    [
      'a secret',
      { token_endpoint_auth_method: 'client_secret_basic', client_secret: 's'.repeat(43) },
    ],
    ['no way to prove itself', { token_endpoint_auth_method: 'none' }],
    ['bearer tokens', { dpop_bound_access_tokens: false }],
    ['RS256 for its assertions', { token_endpoint_auth_signing_alg: 'RS256' }],
    ['RS256 for its requests', { request_object_signing_alg: 'RS256' }],
    ['RS256 for ID tokens', { id_token_signed_response_alg: 'RS256' }],
    ['a profile that is none', { panjereh_profile: 'fapi1' }],
  ])('is no client with %s', async (_what, more) => {
    const party = await client(more)
    const { status, json } = await party.par(party.request().fields)
    expect([status, json['error']]).toEqual([400, 'invalid_client_metadata'])
  })

  it('pushes, whatever its metadata say', async () => {
    const party = await client({ require_pushed_authorization_requests: false })
    const { fields } = party.request()
    const query = new URLSearchParams({
      ...(fields as Record<string, string>),
      client_id: party.id,
    })
    const answer = await fetch(party.url(`/oauth2/authorize?${query}`), { redirect: 'manual' })
    const location = new URL(answer.headers.get('location') ?? 'https://none.example')
    expect(location.searchParams.get('error')).toBe('invalid_request')
  })

  it('gets codes that live a minute, whatever the window gives to others', async () => {
    const { Agent } = await import('../support/agent.ts')
    const { code } = await (await client({})).code(new Agent(window))
    const kept = (await window.ports.artifacts.get('AuthorizationCode', code)) as {
      iat: number
      exp: number
    }
    expect(kept.exp - kept.iat).toBe(60)
  })
})
