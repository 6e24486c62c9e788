import { expect } from '@jest/globals'
import { selfSigned } from '../support/certificates.ts'
import { proofKey } from '../support/proof-keys.ts'
import { CALLBACK } from '../support/relying-party.ts'
import { expectError, expire, type Modules, type Setting } from './fapi2-runner.ts'

/** The token endpoint: who may redeem, once, in time, and with which key. */
export const TOKEN_MODULES: Modules = {
  'ensure-client-id-in-token-endpoint': async ({ one, two, agent }) => {
    const { code, pushed } = await one.code(agent)
    const answer = await one.redeem(code, pushed, {}, { client_id: two.id })
    expectError(answer, 'invalid_request', 'invalid_client', 'invalid_grant')
  },
  'ensure-holder-of-key-required': async (setting) => {
    const { one, agent } = setting
    const { code, pushed } = await one.code(agent)
    const answer = await one.redeem(code, pushed, withoutKey(setting))
    expectError(answer, 'invalid_grant', 'invalid_request', 'invalid_client', 'invalid_dpop_proof')
    if (setting.bound === 'dpop') return
    const { access_token } = await one.tokens(agent)
    const certificate = selfSigned({ name: [['CN', 'somebody']] })
    expect((await one.resource(access_token, { certificate })).status).toBe(401)
    expect((await one.resource(access_token, { certificate: false })).status).toBe(401)
  },
  'ensure-authorization-code-is-bound-to-client': async ({ one, two, agent }) => {
    const { code, pushed } = await one.code(agent)
    expectError(await two.redeem(code, pushed), 'invalid_grant')
  },
  'attempt-reuse-authorization-code-after-one-second': async ({ one, agent }) => {
    const { code, pushed, access_token } = await one.tokens(agent)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expectError(await one.redeem(code, pushed), 'invalid_grant')
    expect((await one.resource(access_token)).status).toBe(401)
  },
  'ensure-token-endpoint-fails-with-expired-auth-code': async ({ one, agent, window }) => {
    const { code, pushed } = await one.code(agent)
    await expire(window, 'AuthorizationCode', code)
    expectError(await one.redeem(code, pushed), 'invalid_grant')
  },
  'ensure-redirect-uri-in-token-request-matches': async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent)
    const other = { redirect_uri: `${CALLBACK}/other` }
    expectError(await one.redeem(code, pushed, {}, other), 'invalid_grant')
  },
  'refresh-token': async (setting) => {
    const { one, two, agent } = setting
    for (const party of [one, two]) {
      const { refresh_token } = await party.tokens(agent)
      const { status, json } = await party.refresh(refresh_token)
      expect(status).toBe(200)
      // Section 5.3.2.1 item 10: the client keeps the one that it has.
      expect(json['refresh_token']).toBe(refresh_token)
      expect((await party.refresh(refresh_token)).status).toBe(200)
      expect((await party.resource(String(json['access_token']))).status).toBe(200)
      const other = party === one ? two : one
      expectError(await other.refresh(refresh_token), 'invalid_grant')
      const unauthenticated = await party.refresh(refresh_token, {
        auth: false,
        certificate: false,
      })
      expectError(unauthenticated, 'invalid_client', 'invalid_request')
      expectError(
        await party.refresh(refresh_token, withoutKey(setting)),
        'invalid_grant',
        'invalid_client',
      )
    }
  },
}

/** Modules of the suite's that speak of DPoP alone (RFC 9449). */
export const BINDING_MODULES: Modules = {
  'ensure-mismatched-dpop-jkt-fails': async ({ one }) => {
    const { fields } = one.request({ dpop_jkt: 'a'.repeat(43) })
    expectError(await one.par(fields, { proof: {} }), 'invalid_request', 'invalid_dpop_proof')
  },
  'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt': async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent, {}, { proof: {} })
    const proof = { key: await proofKey() }
    expectError(await one.redeem(code, pushed, { proof }), 'invalid_grant', 'invalid_dpop_proof')
  },
  'ensure-token-endpoint-fails-with-mismatched-dpop-jkt': async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent, { dpop_jkt: 'a'.repeat(43) })
    expectError(await one.redeem(code, pushed), 'invalid_grant', 'invalid_dpop_proof')
  },
  'ensure-dpopproof-at-par-endpoint-binding-success': async ({ one, agent }) => {
    const { access_token } = await one.tokens(agent, {}, { proof: {} })
    expect((await one.resource(access_token)).status).toBe(200)
  },
  'ensure-dpop-auth-code-binding-success': async ({ one, agent }) => {
    const { calculateJwkThumbprint } = await import('jose')
    const dpop_jkt = await calculateJwkThumbprint(one.options.dpopKey.public)
    const { access_token } = await one.tokens(agent, { dpop_jkt }, { proof: {} })
    expect((await one.resource(access_token)).status).toBe(200)
  },
}

function withoutKey({ bound }: Setting) {
  return bound === 'dpop' ? ({ proof: false } as const) : ({ certificate: false } as const)
}
