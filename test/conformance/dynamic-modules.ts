import { expect } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import { assertion, signedBy } from '../support/client-keys.ts'
import { errorIn, rawRequest, redeemRaw } from '../support/raw-flow.ts'
import { CALLBACK } from '../support/relying-party.ts'
import {
  metadata,
  refreshed,
  registerAt,
  registered,
  signedIn,
  verified,
} from './dynamic-runner.ts'
import type { DynamicModule } from './dynamic-runner.ts'

/** Modules of the OpenID Foundation's oidcc-dynamic plan that sign somebody in at a client which
 *  registered itself. The others stand in dynamic-registration-modules.ts and rotate-keys.test.ts. */
export const SIGN_IN_MODULES: Readonly<Record<string, DynamicModule>> = {
  'oidcc-discovery-endpoint-verification': async ({ window }) => {
    const found = await fetch(`${window.url}/.well-known/openid-configuration`)
    // The suite's dynamic variant also asks for the implicit flow (OIDC Core 15.2), which RFC 9700
    // section 2.1.2 forbids and which is off here.
    expect(await found.json()).toMatchObject({
      registration_endpoint: `${window.url}/oauth2/register`,
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      request_object_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
    })
  },
  'oidcc-server': async (setting) => {
    const client = await registered(setting)
    const { seen, asked, claims, tokens } = await signedIn(setting, client)
    expect(seen.away?.searchParams.get('state')).toBe(asked.fields['state'])
    expect(claims).toMatchObject({ aud: client.client_id, sub: expect.stringMatching(/^.{22}$/) })
    expect(tokens.json).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) })
    expect(tokens.headers.get('cache-control')).toContain('no-store')
  },
  'oidcc-idtoken-rs256': async (setting) => {
    const client = await registered(setting, { id_token_signed_response_alg: 'RS256' })
    expect((await signedIn(setting, client)).alg).toBe('RS256')
  },
  'oidcc-userinfo-rs256': async (setting) => {
    const client = await registered(setting, { userinfo_signed_response_alg: 'RS256' })
    const { tokens, claims } = await signedIn(setting, client)
    const answer = await fetch(`${setting.window.url}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${String(tokens.json['access_token'])}` },
    })
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/)
    const { payload, protectedHeader } = await verified(
      setting.window,
      await answer.text(),
      client.client_id,
    )
    expect(protectedHeader.alg).toBe('RS256')
    expect(payload.sub).toBe(claims.sub)
  },
  'oidcc-ensure-redirect-uri-in-authorization-request': async (setting) => {
    const { client_id } = await registered(setting)
    const { url } = rawRequest(setting.window, client_id)
    url.searchParams.delete('redirect_uri')
    expect(await stays(setting, url)).toBe(400)
  },
  'oidcc-redirect-uri-query-OK': async (setting) => {
    const redirect_uri = `${CALLBACK}?foo=bar`
    const client = await registered(setting, { redirect_uris: [redirect_uri] })
    const { seen } = await signedIn(setting, client, { redirect_uri })
    expect(seen.away?.searchParams.get('foo')).toBe('bar')
  },
  'oidcc-redirect-uri-query-mismatch': async (setting) => {
    const { client_id } = await registered(setting, { redirect_uris: [`${CALLBACK}?foo=bar`] })
    for (const query of ['?bar=foo', '', '?foo=bar&foo=bar', '?foo=BAR']) {
      const redirect_uri = `${CALLBACK}${query}`
      const { url } = rawRequest(setting.window, client_id, { redirect_uri })
      expect(await stays(setting, url)).toBe(400)
    }
  },
  'oidcc-redirect-uri-query-added': async (setting) => {
    const { client_id } = await registered(setting)
    const redirect_uri = `${CALLBACK}?foo=bar`
    const { url } = rawRequest(setting.window, client_id, { redirect_uri })
    expect(await stays(setting, url)).toBe(400)
  },
  'oidcc-ensure-request-object-with-redirect-uri': async (setting) => {
    const { window, key } = setting
    const client = await registered(setting, { request_object_signing_alg: 'RS256' })
    const asked = rawRequest(window, client.client_id)
    const inside = { ...asked.fields, iss: client.client_id, aud: window.url }
    const request = await signedBy(key, { ...inside, exp: Date.now() / 1000 + 60 })
    asked.url.searchParams.set('request', request)
    asked.url.searchParams.set('redirect_uri', 'https://evil.example/callback')
    const agent = new Agent(window)
    const seen = await agent.walk(await agent.get(asked.url))
    expect(seen.away?.href.split('?')[0]).toBe(CALLBACK)
    const auth = await assertion(key, client.client_id, window.url)
    expect(await redeemRaw(window, asked, seen, { fields: auth })).toMatchObject({ status: 200 })
  },
  'oidcc-refresh-token': async (setting) => {
    const grant_types = ['authorization_code', 'refresh_token']
    const client = await registered(setting, { grant_types })
    const scope = 'openid offline_access'
    const { tokens, claims } = await signedIn(setting, client, { scope, prompt: 'consent' })
    const first = tokens.json['refresh_token']
    const again = await refreshed(setting, client.client_id, first, setting.key)
    const { payload } = await verified(setting.window, again.json['id_token'], client.client_id)
    const { sub, auth_time, iss, aud } = claims as Record<string, unknown>
    expect(payload).toMatchObject({ sub, auth_time, iss, aud })
    expect(again.json['refresh_token']).not.toBe(first)
    // Another client with the very same key has no use for it.
    const other = await registered(setting, { grant_types })
    const stolen = again.json['refresh_token']
    expect(await refreshed(setting, other.client_id, stolen, setting.key)).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    })
  },
  'oidcc-request-uri-unsigned': (setting) => requestUri(setting, { alg: 'none' }),
  'oidcc-request-uri-signed-rs256': (setting) => requestUri(setting, { alg: 'RS256' }),
  'oidcc-ensure-client-assertion-with-iss-aud-succeeds': async (setting) => {
    const { window, key } = setting
    const { client_id } = await registered(setting)
    const token = `${window.url}/oauth2/token`
    for (const audience of [window.url, token, [window.url, 'https://other.example']]) {
      expect(await assertedWith(setting, client_id, audience)).toBe('invalid_grant')
    }
    for (const audience of ['https://other.example', `${window.url}.evil.example`, []]) {
      expect(await assertedWith(setting, client_id, audience)).toBe('invalid_client')
    }
    const once = await assertion(key, client_id, window.url)
    expect(await codeError(setting, once)).toBe('invalid_grant')
    expect(await codeError(setting, once)).toBe('invalid_client')
  },
}

/** The status of the page that nobody is sent away from. */
async function stays({ window }: { window: Parameters<typeof rawRequest>[0] }, url: URL) {
  const response = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } })
  expect(response.headers.get('location')).toBeNull()
  expect(response.url.startsWith(window.url)).toBe(true)
  return response.status
}

/** A request object by reference: said not to be supported, refused so, and never fetched. */
async function requestUri(
  setting: Parameters<DynamicModule>[0],
  { alg }: { alg: string },
): Promise<void> {
  const { window, site } = setting
  const request_uri = `${site.url}/request-${alg}.jwt`
  const asking = { request_uris: [request_uri], request_object_signing_alg: undefined }
  const body = metadata(setting, asking)
  const { json } = await registerAt(window, body, setting.initialAccessToken)
  const found = await fetch(`${window.url}/.well-known/openid-configuration`)
  expect(await found.json()).toMatchObject({ request_uri_parameter_supported: false })
  const { url, fields } = rawRequest(window, String(json['client_id']), { request_uri })
  const seen = await new Agent(window).get(url)
  expect(errorIn(seen)).toBe('request_uri_not_supported')
  expect(seen.away?.searchParams.get('state')).toBe(fields['state'])
  expect(site.asked).not.toContain(new URL(request_uri).pathname)
}

function codeError(
  { window }: Parameters<DynamicModule>[0],
  auth: Record<string, string>,
): Promise<unknown> {
  const asked = rawRequest(window, auth['client_id'] ?? '')
  const none = { away: new URL(`${CALLBACK}?code=none`) }
  return redeemRaw(window, asked, none, { fields: auth }).then(({ json }) => json['error'])
}

/** What the token endpoint says to a code that does not exist, from a client so authenticated. */
async function assertedWith(
  setting: Parameters<DynamicModule>[0],
  clientId: string,
  audience: string | string[],
): Promise<unknown> {
  return codeError(setting, await assertion(setting.key, clientId, audience))
}
