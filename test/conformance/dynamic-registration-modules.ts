import { expect } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import { clientKey } from '../support/client-keys.ts'
import { later } from '../support/later.ts'
import { rawRequest } from '../support/raw-flow.ts'
import { CALLBACK } from '../support/relying-party.ts'
import {
  FIRST_PARTY,
  refreshed,
  refusal,
  registered,
  signedIn,
  type DynamicModule,
  type DynamicSetting,
  type Registered,
} from './dynamic-runner.ts'

/** Modules of the oidcc-dynamic plan about what stands in a registration. */
export const REGISTRATION_MODULES: Readonly<Record<string, DynamicModule>> = {
  'oidcc-idtoken-unsigned': async (setting) => {
    expect(await refusal(setting, { id_token_signed_response_alg: 'none' })).toBe(
      'invalid_client_metadata',
    )
  },
  'oidcc-redirect-uri-regfrag': async (setting) => {
    expect(await refusal(setting, { redirect_uris: [`${CALLBACK}#fragment`] })).toBe(
      'invalid_redirect_uri',
    )
  },
  'oidcc-registration-jwks-uri': async (setting) => {
    const { site, key } = setting
    site.files.set('/jwks-uri', { keys: [key.publicJwk] })
    const jwks_uri = `${site.url}/jwks-uri`
    const client = await registered(setting, { jwks: undefined, jwks_uri })
    await signedIn(setting, client)
    expect(site.asked).toContain('/jwks-uri')
    expect(await refusal(setting, { jwks_uri })).toBe('invalid_client_metadata')
  },
  'oidcc-refresh-token-rp-key-rotation': async (setting) => {
    const { site } = setting
    const [old, next] = await Promise.all([clientKey('RS256', 'old'), clientKey('RS256', 'new')])
    site.files.set('/rotating', { keys: [old.publicJwk] })
    const client = await registered(setting, {
      jwks: undefined,
      jwks_uri: `${site.url}/rotating`,
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const params = { scope: 'openid offline_access', prompt: 'consent' }
    const { tokens } = await signedIn(setting, client, params, { key: old })
    site.files.set('/rotating', { keys: [next.publicJwk] })
    // Like the suite: a minute, within which a jwks_uri is not fetched anew at a stranger's word.
    await later(61_000, async () => {
      const again = await refreshed(setting, client.client_id, tokens.json['refresh_token'], next)
      expect(again).toMatchObject({ status: 200, json: { id_token: expect.any(String) } })
      const then = again.json['refresh_token']
      expect(await refreshed(setting, client.client_id, then, old)).toMatchObject({
        status: 401,
        json: { error: 'invalid_client' },
      })
    })
  },
  'oidcc-registration-logo-uri': async (setting) => {
    const logo_uri = 'https://rp.example/logo.png'
    const { html, policy } = await consentPage(setting, await registered(setting, { logo_uri }))
    // No third party learns who signs in where: the name stands with its initial, nothing is loaded.
    expect(html).toContain('A registered service')
    expect(html).not.toContain(logo_uri)
    expect(policy).toContain("img-src 'self' data:;")
    expect(await refusal(setting, { logo_uri: 'javascript:alert(1)' })).toBe(
      'invalid_client_metadata',
    )
  },
  'oidcc-registration-policy-uri': (setting) => linked(setting, 'policy_uri'),
  'oidcc-registration-tos-uri': (setting) => linked(setting, 'tos_uri'),
  'oidcc-registration-sector-uri': async (setting) => {
    const { site } = setting
    const redirect_uris = [CALLBACK, 'https://second.example/callback']
    // Two hosts are no sector by themselves (OIDC Core 8.1).
    expect(await refusal(setting, { redirect_uris })).toBe('invalid_client_metadata')
    site.files.set('/sector', redirect_uris)
    const sector_identifier_uri = `${site.url}/sector`
    const one = await registered(setting, { redirect_uris, sector_identifier_uri })
    const other = await registered(setting, { sector_identifier_uri })
    const alone = await registered(setting)
    const { agent, claims } = await signedIn(setting, one)
    const again = await signedIn(setting, other, {}, { agent })
    const elsewhere = await signedIn(setting, alone, {}, { agent })
    expect(again.claims.sub).toBe(claims.sub)
    expect(elsewhere.claims.sub).not.toBe(claims.sub)
  },
  'oidcc-registration-sector-bad': async (setting) => {
    const { site } = setting
    site.files.set('/sector-bad', ['https://other.example/callback'])
    site.files.set('/sector-object', { uris: [CALLBACK] })
    site.files.set('/sector-broken', '["https://rp.example/call')
    for (const path of ['/sector-bad', '/sector-object', '/sector-broken', '/sector-absent']) {
      const sector_identifier_uri = `${site.url}${path}`
      expect(await refusal(setting, { sector_identifier_uri })).toBe('invalid_client_metadata')
      expect(site.asked).toContain(path)
    }
    expect(await refusal(setting, { sector_identifier_uri: 'http://rp.example/sector' })).toBe(
      'invalid_client_metadata',
    )
  },
}

/** The page on which a person who is signed in already decides what the service gets. */
async function consentPage(setting: DynamicSetting, { client_id }: Registered) {
  const agent = new Agent(setting.window)
  await agent.signIn(rawRequest(setting.window, FIRST_PARTY.client_id).url)
  const seen = await agent.get(rawRequest(setting.window, client_id, { ui_locales: 'en' }).url)
  expect(seen.html).toContain('value="accept"')
  return { html: seen.html, policy: seen.headers.get('content-security-policy') ?? '' }
}

async function linked(setting: DynamicSetting, name: 'policy_uri' | 'tos_uri'): Promise<void> {
  const uri = 'https://rp.example/read?a=1&b="2"'
  const { html } = await consentPage(setting, await registered(setting, { [name]: uri }))
  const link = html.match(/<a href="https:\/\/rp\.example\/read[^>]*>/)?.[0]
  expect(link).toContain('?a=1&amp;b=%222%22"')
  expect(link).toContain('rel="noopener noreferrer"')
  expect(await refusal(setting, { [name]: 'javascript:alert(1)' })).toBe('invalid_client_metadata')
}
