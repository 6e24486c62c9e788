import { expect } from '@jest/globals'
import { decodeJwt } from 'jose'
import { Agent } from '../support/agent.ts'
import type { Fields, FapiClient } from '../support/fapi-client.ts'
import {
  client,
  expectCode,
  expectError,
  expectNoCode,
  type Module,
  type Modules,
  type Setting,
} from './fapi2-runner.ts'

/** Authorization requests that are right. */
export const REQUEST_MODULES: Modules = {
  'discovery-end-point-verification': async ({ window }) => {
    const answer = await fetch(`${window.url}/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      issuer: window.url,
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: `${window.url}/oauth2/par`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      tls_client_certificate_bound_access_tokens: true,
      token_endpoint_auth_methods_supported: expect.arrayContaining([
        'private_key_jwt',
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ]),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256']),
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256'],
    })
  },
  'happy-flow': async (setting) => {
    const { agent, one, two, window } = setting
    for (const party of [one, two]) {
      const tokens = await party.tokens(agent)
      expectCode(tokens.callback, window.url)
      expect(tokens.token_type).toBe(setting.bound === 'dpop' ? 'DPoP' : 'Bearer')
      const claims = decodeJwt(tokens.id_token)
      expect(claims).toMatchObject({ aud: party.id, iss: window.url, nonce: tokens.pushed.nonce })
      const { status, json } = await party.resource(tokens.access_token)
      expect([status, json['sub']]).toEqual([200, claims.sub])
      const other = party === one ? two : one
      expect((await other.resource(tokens.access_token)).status).toBe(401)
    }
  },
  'authorization-response-is-no-307': async ({ one, agent }) => {
    const sent = await fetch(one.authorizeUrl(await one.push()), {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: agent.jar.header(new URL(one.url('/'))) },
    })
    expect([302, 303]).toContain(sent.status)
  },
  'user-rejects-authentication': async (setting) => {
    const more = { panjereh_first_party: false }
    for (const id of ['rejected', 'rejected-too']) {
      const party = await client(setting.window, {
        ...setting,
        id: `${id}-${named(setting)}`,
        more,
      })
      const pushed = await party.push()
      const callback = await party.authorize(setting.agent, pushed, { consent: 'refuse' })
      expect(Object.fromEntries(callback.searchParams)).toMatchObject({
        error: 'access_denied',
        state: pushed.state,
        iss: setting.window.url,
      })
    }
  },
  'ensure-authorization-request-without-state-success': async (setting) => {
    const { callback } = await succeeds(setting, { state: undefined })
    expect(callback.searchParams.has('state')).toBe(false)
  },
  'ensure-authorization-request-without-nonce-success': async (setting) => {
    const { id_token } = await succeeds(setting, { nonce: undefined })
    expect(decodeJwt(id_token)).not.toHaveProperty('nonce')
  },
  'ensure-authorization-request-with-64-char-nonce-success': nonceOf(64),
  'ensure-authorization-request-with-long-nonce': nonceOf(384),
  'ensure-authorization-request-with-long-state': async (setting) => {
    const state = 's'.repeat(1000)
    const { callback } = await succeeds(setting, { state })
    expect(callback.searchParams.get('state')).toBe(state)
  },
  'ensure-other-scope-order-succeeds': async (setting) => {
    const { scope } = await succeeds(setting, { scope: 'phone offline_access openid' })
    expect(scope.split(' ').sort()).toEqual(['openid', 'phone'])
  },
  'test-claims-parameter-identity-claims': async (setting) => {
    const asked = { phone_number: { essential: true }, phone_number_verified: null }
    const claims = JSON.stringify({ id_token: asked, userinfo: asked })
    const { id_token, access_token } = await succeeds(setting, { claims })
    const given = { phone_number: expect.stringMatching(/^\+98/), phone_number_verified: true }
    expect(decodeJwt(id_token)).toMatchObject(given)
    expect((await setting.one.resource(access_token)).json).toMatchObject(given)
  },
  'access-token-type-header-case-sensitivity': async (setting) => {
    const { access_token } = await succeeds(setting, {})
    const type = setting.bound === 'dpop' ? 'DPoP' : 'Bearer'
    for (const written of [type.toLowerCase(), type.toUpperCase()]) {
      const headers = { authorization: `${written} ${access_token}` }
      expect((await setting.one.resource(access_token, {}, headers)).status).toBe(200)
    }
    const query = await setting.one.send(`/oauth2/userinfo?access_token=${access_token}`, {})
    expect(query.status).toBe(400)
  },
}

/** What stands beside a pushed request is ignored; a request that is wrong is refused. */
export const BAD_REQUEST_MODULES: Modules = {
  'ensure-different-nonce-inside-and-outside-request-object': async (setting) => {
    const { party, pushed, callback } = await visited(setting, { nonce: 'another' })
    const { json } = await party.redeem(callback.searchParams.get('code') ?? '', pushed)
    expect(decodeJwt(String(json['id_token']))).toMatchObject({ nonce: pushed.nonce })
  },
  'ensure-different-state-inside-and-outside-request-object': async (setting) => {
    const { pushed, callback } = await visited(setting, { state: 'another' })
    expect(callback.searchParams.get('state')).toBe(pushed.state)
  },
  'state-only-outside-request-object-not-used': async (setting) => {
    const { callback } = await visited(setting, { state: 'outside' }, { state: undefined })
    expect(callback.searchParams.has('state')).toBe(false)
  },
  'ensure-request-object-without-redirect-uri-fails': refused({ redirect_uri: undefined }),
  'ensure-redirect-uri-in-authorization-request': refused({ redirect_uri: undefined }),
  'ensure-registered-redirect-uri': refused({ redirect_uri: 'https://rp.example/not-registered' }),
  'plain-fapi-tolerate-unregistered-redirect-uri': refused({
    redirect_uri: 'https://rp.example/callback/../not-registered',
  }),
  'ensure-response-type-code-idtoken-fails': refused(
    { response_type: 'code id_token' },
    'unsupported_response_type',
  ),
  'ensure-response-type-token-fails': refused(
    { response_type: 'token' },
    'unsupported_response_type',
  ),
  'ensure-unsigned-authorization-request-without-using-par-fails': async (setting) => {
    const { fields } = setting.one.request()
    const query = new URLSearchParams({
      ...(fields as Record<string, string>),
      client_id: setting.one.id,
    })
    await expectNoCode(setting, setting.one.url(`/oauth2/authorize?${query}`))
  },
}

const named = ({ auth, bound }: Setting) => `${auth}-${bound}`

function succeeds({ agent, one }: Setting, more: Fields) {
  return one.tokens(agent, more)
}

function nonceOf(length: number): Module {
  return async (setting) => {
    const nonce = 'n'.repeat(length)
    expect(decodeJwt((await succeeds(setting, { nonce })).id_token)).toMatchObject({ nonce })
  }
}

function refused(more: Fields, error = 'invalid_request'): Module {
  return async ({ one }) => expectError(await one.par(one.request(more).fields), error)
}

async function visited(setting: Setting, outside: Fields, inside: Fields = {}) {
  const party: FapiClient = setting.one
  const pushed = await party.push(inside)
  const callback = await new Agent(setting.window).signIn(party.authorizeUrl(pushed, outside))
  expectCode(callback, setting.window.url)
  return { party, pushed, callback }
}
