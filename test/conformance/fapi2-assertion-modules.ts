import type { How } from '../support/fapi-client.ts'
import { otherSignature, proofKey, seconds } from '../support/proof-keys.ts'
import {
  asRs256,
  client,
  expectError,
  withoutAlgorithm,
  type Module,
  type Modules,
} from './fapi2-runner.ts'

const ERRORS = ['invalid_client', 'invalid_request'] as const
const claims = (changed: Readonly<Record<string, unknown>>): How => ({
  assertion: { claims: changed },
})
const ahead = (by: number) => ({
  iat: seconds() + by,
  nbf: seconds() + by,
  exp: seconds() + by + 60,
})

/** Section 5.3.2.1 items 5, 8 and 14; RFC 7523 section 3. */
export const ASSERTION_MODULES: Modules = {
  'ensure-client-assertion-in-token-endpoint': async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent)
    expectError(await one.redeem(code, pushed, { auth: false }), ...ERRORS)
  },
  'ensure-invalid-client-assertions-fail': async (setting) => {
    const { one, window } = setting
    const wrong: readonly How[] = [
      { auth: false },
      { assertionType: '' },
      { assertionType: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
      claims({ sub: undefined }),
      claims({ sub: 'somebody' }),
      claims({ iss: undefined }),
      claims({ iss: 'somebody' }),
      claims({ aud: undefined }),
      claims({ aud: 'https://other.example' }),
      claims({ aud: one.url('/oauth2/par') }),
      claims({ aud: one.url('/oauth2/token') }),
      claims({ aud: [window.url] }),
      claims({ aud: [window.url, 'https://other.example'] }),
      claims({ jti: undefined }),
      claims({ exp: undefined }),
      claims({ exp: seconds() - 300 }),
      claims({ ...ahead(90) }),
      claims({ iat: seconds() + 90 }),
      claims({ iat: 'now' }),
      claims({ nbf: 'now' }),
      { assertion: { key: await proofKey() } },
      { assertion: { header: { alg: 'none' } } },
      { assertion: { spoil: otherSignature } },
      { assertion: { spoil: (jwt) => `${jwt}.x` } },
    ]
    for (const how of wrong) {
      const answer = await one.par(one.request().fields, how)
      if (answer.status === 201) throw new Error(`accepted: ${JSON.stringify(how)}`)
      expectError(answer, ...ERRORS)
    }
    await one.push({}, claims(ahead(8)))
    await one.push()
  },
  'ensure-client-assertion-is-used-once': async ({ one }) => {
    const jti = claims({ jti: 'the-same-each-time' })
    await one.push({}, jti)
    expectError(await one.par(one.request().fields, jti), ...ERRORS)
  },
  'ensure-signed-client-assertion-with-RS256-fails': async (setting) => {
    const key = withoutAlgorithm(await proofKey('PS256'))
    const party = await client(setting.window, { ...setting, id: `rsa-${setting.bound}`, key })
    await party.push()
    const how = { assertion: { key: await asRs256(key) } }
    expectError(await party.par(party.request().fields, how), 'invalid_client')
  },
  'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': refused(() =>
    claims({ exp: seconds() - 300 }),
  ),
  'ensure-client-assertion-with-wrong-aud-fails': refused(() =>
    claims({ aud: 'https://wrong.example' }),
  ),
  'ensure-client-assertion-with-no-sub-fails': refused(() => claims({ sub: undefined })),
  'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted': async ({ one }) => {
    await one.push({}, claims(ahead(8)))
  },
  'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails': refused(() =>
    claims(ahead(70)),
  ),
  'par-test-array-as-audience-fails': refused((issuer) =>
    claims({ aud: [issuer, 'https://other.example'] }),
  ),
  'par-test-par-endpoint-url-as-audience-fails': refused((issuer) =>
    claims({ aud: `${issuer}/oauth2/par` }),
  ),
  'par-test-token-endpoint-url-as-audience-fails': refused((issuer) =>
    claims({ aud: `${issuer}/oauth2/token` }),
  ),
}

function refused(how: (issuer: string) => How): Module {
  return async ({ one, agent, window }) => {
    expectError(await one.par(one.request().fields, how(window.url)), ...ERRORS)
    const { code, pushed } = await one.code(agent)
    expectError(await one.redeem(code, pushed, how(window.url)), ...ERRORS)
  }
}
