import { expect } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import type { Fields } from '../support/fapi-client.ts'
import {
  expectCode,
  expectError,
  expectNoCode,
  expire,
  type Module,
  type Modules,
} from './fapi2-runner.ts'

const PUSHED = 'urn:ietf:params:oauth:request_uri:'

/** RFC 9126 and RFC 7636. */
export const PAR_MODULES: Modules = {
  'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds': async (setting) => {
    const { one, window } = setting
    const pushed = await one.push()
    const agent = new Agent(window)
    expect((await agent.get(one.authorizeUrl(pushed))).away).toBeUndefined()
    expectCode(await one.authorize(agent, pushed), window.url)
  },
  'par-attempt-reuse-request_uri': async (setting) => {
    const { one, agent, window } = setting
    const pushed = await one.push()
    expectCode(await one.authorize(agent, pushed), window.url)
    await expectNoCode(setting, one.authorizeUrl(pushed))
  },
  'par-attempt-to-use-expired-request_uri': async (setting) => {
    const pushed = await setting.one.push()
    const id = pushed.requestUri.slice(PUSHED.length)
    await expire(setting.window, 'PushedAuthorizationRequest', id)
    await expectNoCode(setting, setting.one.authorizeUrl(pushed))
  },
  'par-attempt-to-use-request_uri-for-different-client': async (setting) => {
    const pushed = await setting.one.push()
    await expectNoCode(setting, setting.two.authorizeUrl(pushed))
  },
  'par-authorization-request-containing-request_uri-form-param': refused(
    { request_uri: `${PUSHED}anything` },
    'request_uri_not_supported',
  ),
  'par-attempt-invalid-http-method': async ({ one }) => {
    const { fields } = one.request()
    const { status } = await one.par(fields, { method: 'PUT' })
    expect([404, 405]).toContain(status)
  },
  'par-without-duplicate-parameters': async ({ one, agent, window }) => {
    const pushed = await one.push()
    const url = new URL(one.authorizeUrl(pushed))
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    expectCode(await agent.signIn(url), window.url)
  },
  'par-ensure-pkce-required': refused({
    code_challenge: undefined,
    code_challenge_method: undefined,
  }),
  'par-plain-pkce-rejected': refused({ code_challenge_method: 'plain' }),
  'ensure-pkce-code-verifier-required': async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent)
    expectError(await one.redeem(code, pushed, {}, { code_verifier: undefined }), 'invalid_grant')
  },
  'incorrect-pkce-code-verifier-rejected': async ({ one, agent }) => {
    const { code } = await one.code(agent)
    expectError(await one.redeem(code, { verifier: 'v'.repeat(43) }), 'invalid_grant')
  },
}

function refused(more: Fields, error = 'invalid_request'): Module {
  return async ({ one }) => expectError(await one.par(one.request(more).fields), error)
}
