import {
  GUARDED_SCOPES,
  RECORD_TYPES,
  SCOPE_CLAIMS,
  VERIFIABLE_CLAIMS,
} from '../../src/oidc/identity-claims.ts'
import { expect } from '@jest/globals'
import { decodeJwt } from 'jose'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent } from '../support/agent.ts'
import { assertion } from '../support/client-keys.ts'
import { basic, errorIn, postForm, rawRequest } from '../support/raw-flow.ts'
import { machine } from './discovery-crypto.ts'
import {
  ask,
  clientWith,
  listOf,
  registration,
  SECRET,
  tokensOf,
  userinfoOf,
  type Check,
  type DiscoverySetting,
} from './discovery-runner.ts'

const is =
  (expected: unknown): Check =>
  async (value) =>
    expect(value).toEqual(expected)

/** At home, and what is asked there without anything is refused by the protocol's own error. */
const answers =
  (method: 'GET' | 'POST', status: number, error?: string): Check =>
  async (value, { window }) => {
    expect(new URL(String(value)).origin).toBe(window.url)
    const headers = { accept: 'application/json' }
    const answer = await fetch(String(value), { method, headers, redirect: 'manual' })
    expect(answer.status).toBe(status)
    if (error) expect(await answer.json()).toMatchObject({ error })
  }

const responseTypes: Check = async (value, setting) => {
  expect(value).toEqual(['code'])
  const id = await clientWith(setting)
  const others = ['token', 'id_token', 'id_token token', 'code id_token', 'code token', 'none']
  for (const response_type of others) {
    const { seen } = await ask(setting, id, { response_type })
    const error = errorIn(seen) ?? new URLSearchParams(seen.away?.hash.slice(1)).get('error')
    expect(error).toBe('unsupported_response_type')
    expect(seen.away?.href ?? '').not.toMatch(/[?&#](code|access_token|id_token)=/)
  }
}

const responseModes: Check = async (value, setting) => {
  const id = await clientWith(setting)
  for (const mode of listOf(value)) {
    const { seen } = await ask(setting, id, { response_mode: mode })
    const form = formsOf(seen.html).find(({ action }) => action.startsWith('https://rp.example'))
    const parts = {
      query: seen.away?.searchParams,
      fragment: new URLSearchParams(seen.away?.hash.slice(1)),
      form_post: new URLSearchParams([...(form?.fields ?? [])]),
    }
    const [carrier = 'query'] = mode.replace(/^jwt$/, 'query.jwt').split('.')
    const got = parts[carrier as keyof typeof parts]
    const params = mode.endsWith('jwt') ? decodeJwt(got?.get('response') ?? '') : undefined
    expect(params ? params['code'] : got?.get('code')).toEqual(expect.any(String))
  }
  const { seen } = await ask(setting, id, { response_mode: 'web_message' })
  expect(errorIn(seen)).not.toBeUndefined()
}

const grantTypes: Check = async (value, setting) => {
  const url = `${setting.window.url}/oauth2/token`
  const web = await clientWith(setting, {
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  })
  const errorOf = async (grant_type: string, auth: Record<string, string> = {}) => {
    const headers = auth['client_id'] ? {} : basic(web, SECRET)
    return (await postForm(url, { ...auth, grant_type }, headers)).json['error']
  }
  for (const type of listOf(value)) {
    const auth = type.endsWith('device_code') ? await device(setting) : {}
    // What is missing is a code or a token, and not the grant type.
    const missing = type === 'client_credentials' ? undefined : 'invalid_request'
    expect(await errorOf(type, auth)).toBe(missing)
  }
  for (const type of OTHER_GRANTS) {
    expect(await errorOf(type)).toBe('unsupported_grant_type')
    expect(await registration(setting, { grant_types: [type] })).toBe('invalid_client_metadata')
  }
}
const OTHER_GRANTS = [
  'password',
  'implicit',
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]

/** Leave for everything that is there. */
const LEAVE = { panjereh_claims: [...GUARDED_SCOPES] }
/** Nobody speaks for others at level 1 (legal-persons.test.ts). */
const LEVEL_2_SCOPES: readonly string[] = ['legal_person']
/** Proved at level 2, and looked at with sample registries (claims-level-2.test.ts). */
const LEVEL_2_CLAIMS: readonly string[] = [
  'verified_claims',
  // Of level 4, where something was signed (level-4.test.ts).
  'transaction_hash',
  'signatures',
  ...Object.entries(SCOPE_CLAIMS).flatMap(([scope, names]) =>
    scope === 'openid' || scope === 'phone' ? [] : [...names],
  ),
]

const scopes: Check = async (value, setting) => {
  const id = await clientWith(setting, LEAVE)
  expect(value).toEqual(expect.arrayContaining([...LEVEL_2_SCOPES]))
  const named = listOf(value).filter((scope) => !LEVEL_2_SCOPES.includes(scope))
  const asked = [...named, 'email', 'root'].join(' ')
  const { json } = await tokensOf(setting, id, { scope: asked, prompt: 'consent' })
  // What is named is granted, and what is not named is not.
  expect(String(json['scope']).split(' ').sort()).toEqual(named.sort())
}

const claims: Check = async (value, setting) => {
  const each = Object.fromEntries(
    [...listOf(value), 'email', 'zoneinfo'].map((name) => [name, null]),
  )
  const asked = JSON.stringify({ id_token: each, userinfo: each })
  const id = await clientWith(setting, LEAVE)
  const tokens = await tokensOf(setting, id, { claims: asked })
  const idToken = decodeJwt(String(tokens.json['id_token']))
  const userinfo = (await (await userinfoOf(setting, tokens)).json()) as object
  const seen = { ...userinfo, ...idToken }
  expect(value).toEqual(expect.arrayContaining([...LEVEL_2_CLAIMS]))
  const atLevel1 = listOf(value).filter((name) => !LEVEL_2_CLAIMS.includes(name))
  const protocol = ['aud', 'exp', 'iat', 'nonce', 'at_hash', 'jti', 'azp']
  const told = Object.keys(seen).filter((name) => !protocol.includes(name))
  expect(told.sort()).toEqual(atLevel1.sort())
}

const levels: Check = async (value, setting) => {
  expect(value).toEqual([1, 2, 3, 4].map((rank) => `urn:panjereh:acr:${rank}`))
  const id = await clientWith(setting)
  const [first = '', ...higher] = listOf(value)
  const { json } = await tokensOf(setting, id, { acr_values: first })
  expect(decodeJwt(String(json['id_token']))['acr']).toBe(first)
  for (const acr_values of higher) {
    const { seen } = await ask(setting, id, { acr_values })
    expect(errorIn(seen)).toBe('unmet_authentication_requirements')
  }
}

const challenges: Check = async (value, setting) => {
  expect(value).toEqual(['S256'])
  const id = await clientWith(setting)
  const { seen } = await ask(setting, id, { code_challenge_method: 'plain' })
  expect(errorIn(seen)).toBe('invalid_request')
}

const authMethods: Check = async (value, setting) => {
  for (const method of listOf(value)) {
    const more = { token_endpoint_auth_method: method }
    expect(await registration(setting, more)).toBe(201)
  }
  for (const method of ['client_secret_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']) {
    const more = { token_endpoint_auth_method: method }
    expect(await registration(setting, more)).toBe('invalid_client_metadata')
  }
}

/** Each method gets as far as the endpoint's own answer. */
const authMethodsAt =
  (path: string): Check =>
  async (value, setting) => {
    const { window, key } = setting
    expect(value).toEqual(setting.found['token_endpoint_auth_methods_supported'])
    for (const method of listOf(value)) {
      const jwks = { keys: [key.publicJwk] }
      const id = await clientWith(setting, { token_endpoint_auth_method: method, jwks })
      const isSecret = method === 'client_secret_post'
      const fields =
        method === 'private_key_jwt'
          ? await assertion(key, id, window.url)
          : { client_id: id, ...(isSecret ? { client_secret: SECRET } : {}) }
      const headers = method === 'client_secret_basic' ? basic(id, SECRET) : {}
      const answer = await postForm(`${window.url}${path}`, { ...fields, token: 'none' }, headers)
      expect(answer.status).toBe(200)
    }
    const id = await clientWith(setting)
    const wrong = basic(id, 'wrong')
    expect(await postForm(`${window.url}${path}`, { token: 'none' }, wrong)).toMatchObject({
      status: 401,
    })
  }

const requestUri: Check = async (value, setting) => {
  expect(value).toBe(false)
  const id = await clientWith(setting)
  const { seen } = await ask(setting, id, { request_uri: 'https://rp.example/request.jwt' })
  expect(errorIn(seen)).toBe('request_uri_not_supported')
}

const issuerInAnswers: Check = async (value, setting) => {
  expect(value).toBe(true)
  const id = await clientWith(setting)
  for (const params of [{}, { response_type: 'token' }, { max_age: '-1' }]) {
    const { seen } = await ask(setting, id, { ...params, response_mode: 'query' } as never)
    expect(seen.away?.searchParams.get('iss')).toBe(setting.window.url)
  }
}

const detailTypes: Check = async (value, setting) => {
  const { window } = setting
  const id = await clientWith(setting, { authorization_details_types: [...listOf(value)] })
  const pushed = async (type: string) => {
    const authorization_details = JSON.stringify([{ type, service: 'passport' }])
    const { fields } = rawRequest(window, id, { authorization_details })
    return (await postForm(`${window.url}/oauth2/par`, fields, basic(id, SECRET))).status
  }
  for (const type of listOf(value)) expect(await pushed(type)).toBe(201)
  expect(await pushed('ir.unknown')).toBe(400)
}

const languages: Check = async (value, setting) => {
  const id = await clientWith(setting)
  for (const ui_locales of listOf(value)) {
    const { html } = await new Agent(setting.window).get(
      rawRequest(setting.window, id, { ui_locales }).url,
    )
    expect(html).toContain(`<html lang="${ui_locales}"`)
  }
}

const displays: Check = async (value, setting) => {
  const id = await clientWith(setting)
  for (const display of listOf(value)) {
    const { seen } = await ask(setting, id, { display })
    expect(errorIn(seen)).toBeUndefined()
  }
}

const subjects: Check = async (value, setting) => {
  expect(value).toEqual(['pairwise'])
  expect(await registration(setting, { subject_type: 'public' })).toBe('invalid_client_metadata')
}

const devices: Check = async (value, setting) => {
  const answer = await postForm(String(value), { ...(await device(setting)), scope: 'openid' })
  expect(answer).toMatchObject({ status: 200, json: { user_code: expect.any(String) } })
  const page = await setting.agent.get(String(answer.json['verification_uri']))
  expect(page).toMatchObject({ status: 200 })
}

/** How a client for devices says who it is. Its `sub` needs a sector, and there is no redirect address to
 *  take one from: its keys' address is the sector. */
async function device(setting: DiscoverySetting): Promise<Record<string, string>> {
  const { window, key, site } = setting
  const id = await clientWith(setting, {
    client_secret: undefined,
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `${site.url}/jwks`,
    response_types: [],
    redirect_uris: [],
  })
  return assertion(key, id, window.url)
}

const tokens: Check = async (value, setting) => {
  await answers('POST', 400, 'invalid_request')(value, setting)
  const fields = { grant_type: 'client_credentials' }
  const answer = await postForm(String(value), fields, basic(await machine(setting), SECRET))
  expect(answer).toMatchObject({ status: 200, json: { token_type: 'Bearer' } })
}

export const PROTOCOL: Readonly<Record<string, Check>> = {
  issuer: async (value, { window }) => expect(value).toBe(window.url),
  authorization_endpoint: answers('GET', 400),
  token_endpoint: tokens,
  userinfo_endpoint: answers('GET', 401, 'invalid_token'),
  registration_endpoint: answers('POST', 400, 'invalid_redirect_uri'),
  introspection_endpoint: answers('POST', 400, 'invalid_request'),
  revocation_endpoint: answers('POST', 400, 'invalid_request'),
  pushed_authorization_request_endpoint: answers('POST', 400, 'invalid_request'),
  device_authorization_endpoint: devices,
  end_session_endpoint: answers('GET', 200),
  response_types_supported: responseTypes,
  response_modes_supported: responseModes,
  grant_types_supported: grantTypes,
  scopes_supported: scopes,
  claims_supported: claims,
  claims_parameter_supported: is(true),
  claim_types_supported: is(['normal']),
  verified_claims_supported: is(true),
  trust_frameworks_supported: is(['ir_panjereh']),
  evidence_supported: is(['electronic_record']),
  electronic_records_supported: is([...RECORD_TYPES]),
  claims_in_verified_claims_supported: is([...VERIFIABLE_CLAIMS]),
  acr_values_supported: levels,
  code_challenge_methods_supported: challenges,
  token_endpoint_auth_methods_supported: authMethods,
  introspection_endpoint_auth_methods_supported: authMethodsAt('/oauth2/introspect'),
  revocation_endpoint_auth_methods_supported: authMethodsAt('/oauth2/revoke'),
  request_parameter_supported: is(true),
  request_uri_parameter_supported: requestUri,
  authorization_response_iss_parameter_supported: issuerInAnswers,
  backchannel_logout_supported: is(true),
  backchannel_logout_session_supported: is(true),
  authorization_details_types_supported: detailTypes,
  subject_types_supported: subjects,
  ui_locales_supported: languages,
  display_values_supported: displays,
}
