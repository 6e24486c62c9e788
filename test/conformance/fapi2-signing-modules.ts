import { expect } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Fields } from '../support/fapi-client.ts'
import { otherSignature, proofKey, seconds, type JwtChanges } from '../support/proof-keys.ts'
import {
  asRs256,
  client,
  expectCode,
  expectError,
  expectNoCode,
  withoutAlgorithm,
  type Module,
  type Modules,
  type Setting,
} from './fapi2-runner.ts'

const ERRORS = ['invalid_request_object', 'invalid_request'] as const
const claims = (changed: Readonly<Record<string, unknown>>): JwtChanges => ({ claims: changed })

/** The modules of `fapi2-message-signing-final-test-plan` that need signed request objects (RFC 9101). */
export const SIGNED_REQUEST_MODULES: Modules = {
  'ensure-request-object-with-multiple-aud-succeeds': accepted(({ window }) =>
    claims({ aud: [window.url, 'https://other.example'] }),
  ),
  'ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted': accepted(() =>
    claims({ iat: seconds() + 8, nbf: seconds() + 8, exp: seconds() + 60 }),
  ),
  'ensure-request-object-without-exp-fails': refused(() => claims({ exp: undefined })),
  'ensure-request-object-without-nbf-fails': refused(() => claims({ nbf: undefined })),
  'ensure-expired-request-object-fails': refused(() =>
    claims({ nbf: seconds() - 400, exp: seconds() - 300 }),
  ),
  'ensure-request-object-with-bad-aud-fails': refused(() => claims({ aud: 'https://bad.example' })),
  'ensure-request-object-with-exp-over-60-fails': refused(() =>
    claims({ exp: seconds() + 70 * 60 }),
  ),
  'ensure-request-object-with-nbf-over-60-fails': refused(() =>
    claims({ nbf: seconds() - 70 * 60 }),
  ),
  'ensure-request-object-with-iat-over-60-seconds-in-the-future-fails': refused(() =>
    claims({ iat: seconds() + 90 }),
  ),
  'ensure-signed-request-object-with-RS256-fails': async (setting) => {
    const key = withoutAlgorithm(await proofKey('PS256'))
    const party = await client(setting.window, { ...setting, id: 'rsa-request', key })
    const fields = party.request().fields
    const right = await party.requestObject(fields)
    expect((await party.par({ request: right })).status).toBe(201)
    const request = await party.requestObject(fields, { key: await asRs256(key) })
    expectError(await party.par({ request }), ...ERRORS)
  },
  'ensure-request-object-signature-algorithm-is-not-none': refused(() => ({
    header: { alg: 'none' },
  })),
  'ensure-request-object-with-invalid-signature-fails': refused(() => ({ spoil: otherSignature })),
  'ensure-matching-key-in-authorization-request': refused(({ two }) => ({ key: two.options.key })),
  'ensure-unsigned-request-at-par-endpoint-fails': async ({ one }) =>
    expectError(await one.par(one.request().fields), 'invalid_request'),
  'par-authorization-request-containing-request_uri': refused(() =>
    claims({ request_uri: 'urn:ietf:params:oauth:request_uri:anything' }),
  ),
  'ensure-request-object-without-redirect-uri-fails': refused(() =>
    claims({ redirect_uri: undefined }),
  ),
  'ensure-different-state-inside-and-outside-request-object': async (setting) => {
    const { callback, state } = await asked(setting, {}, { state: 'outside' })
    expect(callback.searchParams.get('state')).toBe(state)
  },
  'state-only-outside-request-object-not-used': async (setting) => {
    const { callback } = await asked(setting, claims({ state: undefined }), { state: 'outside' })
    expect(callback.searchParams.has('state')).toBe(false)
  },
  'ensure-unsigned-authorization-request-without-using-par-fails': async (setting) => {
    const { one } = setting
    const request = await one.requestObject(one.request().fields)
    const query = new URLSearchParams({ client_id: one.id, request })
    await expectNoCode(setting, one.url(`/oauth2/authorize?${query}`))
  },
  'happy-flow': async (setting) => {
    const { one } = setting
    const { callback, verifier } = await asked(setting)
    const code = callback.searchParams.get('code') ?? ''
    const { json } = await one.redeem(code, { verifier })
    expect((await one.resource(String(json['access_token']))).status).toBe(200)
  },
}

/** Section 5.4 of Message Signing: JARM. Its answers are signed by us, for this client, for a short time. */
export const SIGNED_RESPONSE_MODULES: Modules = {
  'jarm-happy-flow': async (setting) => {
    const { one, window } = setting
    const { callback, state, verifier } = await asked(setting, claims({ response_mode: 'jwt' }))
    expect([...callback.searchParams.keys()]).toEqual(['response'])
    const payload = await verified(setting, callback)
    expect(payload).toMatchObject({ iss: window.url, aud: one.id, state })
    expect(Number(payload.exp) - seconds()).toBeLessThanOrEqual(600)
    const { status } = await one.redeem(String(payload['code']), { verifier })
    expect(status).toBe(200)
  },
  'jarm-errors-are-signed': async (setting) => {
    const changes = claims({
      response_mode: 'jwt',
      prompt: 'none',
      acr_values: 'urn:panjereh:acr:4',
    })
    const { callback, state } = await asked(setting, changes)
    expect(await verified(setting, callback)).toMatchObject({
      error: 'unmet_authentication_requirements',
      state,
    })
  },
}

/** Section 5.5: RFC 9701. */
export const SIGNED_INTROSPECTION_MODULES: Modules = {
  'signed-introspection': async (setting) => {
    const { one, window } = setting
    const { callback, verifier } = await asked(setting)
    const code = callback.searchParams.get('code') ?? ''
    const { json } = await one.redeem(code, { verifier })
    const token = String(json['access_token'])
    const accept = 'application/token-introspection+jwt'
    const answer = await one.post('/oauth2/introspect', { token }, { proof: false, accept })
    expect(answer.headers.get('content-type')).toContain(accept)
    const { payload, protectedHeader } = await jwtVerify(
      String(answer.json['text']),
      keysOf(setting),
      {
        issuer: window.url,
        audience: one.id,
      },
    )
    expect(protectedHeader).toMatchObject({ typ: 'token-introspection+jwt', alg: 'ES256' })
    expect(payload['token_introspection']).toMatchObject({ active: true, client_id: one.id })
  },
}

function accepted(changes: (setting: Setting) => JwtChanges): Module {
  return async (setting) => {
    const { callback } = await asked(setting, changes(setting))
    expectCode(callback, setting.window.url)
  }
}

function refused(changes: (setting: Setting) => JwtChanges): Module {
  return async (setting) => {
    const { one } = setting
    const request = await one.requestObject(one.request().fields, changes(setting))
    expectError(await one.par({ request }), ...ERRORS)
  }
}

/** A pushed request object, and the answer that it brings. */
async function asked({ one, agent }: Setting, changes: JwtChanges = {}, outside: Fields = {}) {
  const { fields, ...kept } = one.request()
  const request = await one.requestObject(fields, changes)
  const { status, json } = await one.par({ request, ...outside })
  expect([status, json['error_description']]).toEqual([201, undefined])
  const url = one.authorizeUrl({ requestUri: String(json['request_uri']) }, outside)
  return { ...kept, callback: await agent.signIn(url) }
}

async function verified(setting: Setting, callback: URL) {
  const response = callback.searchParams.get('response') ?? ''
  return (await jwtVerify(response, keysOf(setting))).payload
}

function keysOf({ window }: Setting) {
  return createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
}
