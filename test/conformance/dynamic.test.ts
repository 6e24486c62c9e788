import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { initialAccessToken } from '../../src/oidc/initial-access-token.ts'
import { openAgencySite } from '../support/agency-site.ts'
import { clientKey } from '../support/client-keys.ts'
import { answered } from '../support/raw-flow.ts'
import { openWindow } from '../support/window.ts'
import { SIGN_IN_MODULES } from './dynamic-modules.ts'
import { REGISTRATION_MODULES } from './dynamic-registration-modules.ts'
import {
  FIRST_PARTY,
  metadata,
  registerAt,
  registered,
  signedIn,
  type DynamicSetting,
} from './dynamic-runner.ts'

let setting: DynamicSetting
beforeAll(async () => {
  const window = await openWindow({ clients: [FIRST_PARTY] })
  setting = {
    window,
    site: await openAgencySite(),
    key: await clientKey('RS256'),
    initialAccessToken: await initialAccessToken(window.ports, {
      issuer: window.url,
      ttlSeconds: 600,
    }),
  }
})
afterAll(async () => {
  await setting.window.close()
  await setting.site.close()
})

describe('the plan oidcc-dynamic', () => {
  for (const [name, module] of Object.entries({ ...SIGN_IN_MODULES, ...REGISTRATION_MODULES })) {
    it(name, () => module(setting))
  }
})

describe('registration (RFC 7591)', () => {
  it.each([undefined, 'wrong', 'initial'])(
    'takes an initial access token, not %s',
    async (token) => {
      const answer = await registerAt(setting.window, metadata(setting), token)
      expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_token' } })
      expect(answer.json).not.toHaveProperty('client_id')
    },
  )

  it('takes no initial access token that has run out', async () => {
    const { window } = setting
    const options = { issuer: window.url, ttlSeconds: 1 }
    const old = await initialAccessToken(window.ports, options)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await registerAt(window, metadata(setting), old)).status).toBe(401)
  })

  it.each([
    ['panjereh_first_party', true],
    ['panjereh_role', 'auditor'],
    ['panjereh_profile', 'fapi2'],
    ['panjereh_developer_hosts', ['rp.example']],
  ])('gives nobody %s', async (name, value) => {
    const body = metadata(setting, { [name]: value })
    const answer = await registerAt(setting.window, body, setting.initialAccessToken)
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_client_metadata' } })
  })

  it.each([
    ['no redirect_uris', { redirect_uris: undefined }, 'invalid_redirect_uri'],
    ['redirect_uris that are no list', { redirect_uris: 'x' }, 'invalid_redirect_uri'],
    ['an http redirect', { redirect_uris: ['http://rp.example/cb'] }, 'invalid_redirect_uri'],
    ['the implicit flow', { response_types: ['id_token'] }, 'invalid_client_metadata'],
    ['the implicit grant', { grant_types: ['implicit'] }, 'invalid_client_metadata'],
    ['a public sub', { subject_type: 'public' }, 'invalid_client_metadata'],
    [
      'client_secret_jwt',
      { token_endpoint_auth_method: 'client_secret_jwt' },
      'invalid_client_metadata',
    ],
    ['keys that are no list', { jwks: { keys: 'no' } }, 'invalid_client_metadata'],
    ['a private key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'invalid_client_metadata'],
  ])('refuses %s', async (_what, more, error) => {
    const body = metadata(setting, more)
    const answer = await registerAt(setting.window, body, setting.initialAccessToken)
    expect(answer).toMatchObject({ status: 400, json: { error } })
  })

  it.each(['[]', '"text"', '{', ''])('refuses a body of %s', async (body) => {
    const response = await fetch(`${setting.window.url}/oauth2/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${setting.initialAccessToken}`,
      },
      body,
    })
    expect(await answered(response)).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    })
  })
})

describe('registration management (RFC 7592)', () => {
  async function at(uri: string, token: string, method = 'GET', body?: unknown) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return answered(await fetch(uri, { method, headers, body: body ? JSON.stringify(body) : null }))
  }

  it('shows, changes and removes a client, and nobody else’s', async () => {
    const client = await registered(setting)
    const { registration_client_uri: uri, registration_access_token: token } = client
    expect(await at(uri, token)).toMatchObject({
      status: 200,
      json: { client_id: client.client_id, client_name: 'A registered service' },
    })
    const changed = metadata(setting, { client_id: client.client_id, client_name: 'Renamed' })
    const after = await at(uri, token, 'PUT', changed)
    expect(after).toMatchObject({ status: 200, json: { client_name: 'Renamed' } })
    const renewed = String(after.json['registration_access_token'])
    expect((await at(uri, token)).status).toBe(401)
    await signedIn(setting, client)
    const other = await registered(setting)
    for (const method of ['GET', 'DELETE']) {
      expect((await at(uri, 'wrong', method)).status).toBe(401)
    }
    // A stolen look: the token that was used at another client is over.
    expect((await at(uri, other.registration_access_token)).status).toBe(401)
    expect((await at(other.registration_client_uri, other.registration_access_token)).status).toBe(
      401,
    )
    expect((await at(uri, renewed, 'DELETE')).status).toBe(204)
    expect(await setting.window.ports.clients.find(client.client_id)).toBeUndefined()
    expect((await at(uri, renewed)).status).toBe(401)
  })

  it('gives nobody what is the operator’s, and keeps what the operator gave', async () => {
    const client = await registered(setting)
    const { registration_client_uri: uri, registration_access_token: token } = client
    const { clients } = setting.window.ports
    const given = await clients.find(client.client_id)
    await clients.put({ ...given, client_id: client.client_id, panjereh_first_party: true })
    const wanted = metadata(setting, { client_id: client.client_id, panjereh_role: 'auditor' })
    expect((await at(uri, token, 'PUT', wanted)).status).toBe(400)
    const plain = metadata(setting, { client_id: client.client_id, client_name: 'Changed' })
    expect((await at(uri, token, 'PUT', plain)).status).toBe(200)
    const after = await clients.find(client.client_id)
    expect(after).toMatchObject({ client_name: 'Changed', panjereh_first_party: true })
    expect(after).not.toHaveProperty('panjereh_role')
  })
})
