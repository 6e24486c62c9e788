import { expect } from '@jest/globals'
import { compactVerify, createRemoteJWKSet, decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent } from '../support/agent.ts'
import { clientKey, signedBy } from '../support/client-keys.ts'
import { CALLBACK, relyingParty } from '../support/relying-party.ts'
import {
  answerOf,
  bearer,
  codeReuse,
  modeParams,
  refused,
  run,
  SIGNER,
  SIGNER_KEY,
  succeeds,
  userinfo,
  type Module,
} from './basic-runner.ts'

export { CLIENTS } from './basic-runner.ts'

/** The modules of the OpenID Foundation's oidcc-basic plan, by name. */
export const BASIC_MODULES: Readonly<Record<string, Module>> = {
  'oidcc-server': async (setting) => {
    const { answer, redeem, asked } = await run(setting)
    expect(answer.get('state')).toBe(asked.state)
    expect(answer.get('iss')).toBe(setting.window.url)
    const tokens = await redeem()
    expect(tokens.token_type).toBe('bearer')
    expect(tokens.claims()).toMatchObject({ nonce: asked.nonce, acr: 'urn:panjereh:acr:1' })
  },
  'oidcc-response-type-missing': async (setting) => {
    const { rp } = await run(setting)
    const { url } = await rp.request(modeParams(setting))
    url.searchParams.delete('response_type')
    const seen = await new Agent(setting.window).get(url)
    const error =
      seen.away?.searchParams.get('error') ?? (seen.status === 400 ? 'invalid_request' : undefined)
    expect(error).toBe('invalid_request')
  },
  'oidcc-idtoken-signature': async (setting) => {
    const { redeem, rp } = await run(setting)
    const { id_token: token = '' } = await redeem()
    const keys = createRemoteJWKSet(new URL(rp.config.serverMetadata().jwks_uri ?? ''))
    const { protectedHeader } = await compactVerify(token, keys)
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: expect.any(String) })
  },
  'oidcc-idtoken-unsigned': async (setting) => {
    // Supported for no client: discovery does not offer it and no token is unsigned.
    const { redeem, rp } = await run(setting)
    expect(rp.config.serverMetadata().id_token_signing_alg_values_supported).not.toContain('none')
    expect(decodeProtectedHeader((await redeem()).id_token ?? '').alg).not.toBe('none')
  },
  'oidcc-userinfo-get': (setting) =>
    userinfo(setting, (token, url) => fetch(url, { headers: bearer(token) })),
  'oidcc-userinfo-post-header': (setting) =>
    userinfo(setting, (token, url) => fetch(url, { method: 'POST', headers: bearer(token) })),
  'oidcc-userinfo-post-body': (setting) =>
    userinfo(setting, (token, url) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ access_token: token }) }),
    ),
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': async (setting) => {
    const { rp, agent } = await run(setting)
    const asked = await rp.request(modeParams(setting))
    asked.url.searchParams.delete('nonce')
    const answer = answerOf(await agent.get(asked.url))
    const tokens = await client.authorizationCodeGrant(
      rp.config,
      new URL(`${CALLBACK}?${answer}`),
      {
        pkceCodeVerifier: asked.verifier,
        expectedState: asked.state,
      },
    )
    expect(tokens.claims()).not.toHaveProperty('nonce')
  },
  'oidcc-scope-profile': succeeds({ scope: 'openid profile' }),
  'oidcc-scope-email': succeeds({ scope: 'openid email' }),
  'oidcc-scope-address': succeeds({ scope: 'openid address' }),
  'oidcc-scope-phone': async (setting) => {
    const { redeem, rp } = await run(setting, { scope: 'openid phone' })
    const tokens = await redeem()
    const claims = await client.fetchUserInfo(
      rp.config,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(claims.phone_number).toMatch(/^\+989\d{9}$/)
    expect(claims.phone_number_verified).toBe(true)
  },
  'oidcc-scope-all': succeeds({ scope: 'openid profile email address phone' }),
  'oidcc-alternate-happy-flow': async (setting) => {
    const { redeem } = await run(setting, {}, new Agent(setting.window), 'post')
    expect((await redeem()).claims()?.aud).toBe('post')
  },
  'oidcc-display-page': succeeds({ display: 'page' }),
  'oidcc-display-popup': succeeds({ display: 'popup' }),
  'oidcc-prompt-login': async (setting) => {
    const first = await run(setting)
    const before = (await first.redeem()).claims()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const again = await run(setting, { prompt: 'login' }, first.agent)
    expect(again.wasAsked).toBe(true)
    expect(Number((await again.redeem()).claims()?.auth_time)).toBeGreaterThan(
      Number(before?.auth_time),
    )
  },
  'oidcc-prompt-none-not-logged-in': refused('login_required', { prompt: 'none' }),
  'oidcc-prompt-none-logged-in': async (setting) => {
    const first = await run(setting)
    const before = (await first.redeem()).claims()
    const again = await run(setting, { prompt: 'none' }, first.agent)
    expect((await again.redeem()).claims()).toMatchObject({
      sub: before?.sub,
      auth_time: before?.auth_time,
    })
  },
  'oidcc-max-age-1': async (setting) => {
    const first = await run(setting)
    const before = (await first.redeem()).claims()
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const again = await run(setting, { max_age: '1' }, first.agent)
    expect(again.wasAsked).toBe(true)
    expect(Number((await again.redeem()).claims()?.auth_time)).toBeGreaterThan(
      Number(before?.auth_time),
    )
  },
  'oidcc-max-age-10000': async (setting) => {
    const first = await run(setting)
    const before = (await first.redeem()).claims()
    const again = await run(setting, { max_age: '10000' }, first.agent)
    expect(again.wasAsked).toBe(false)
    expect((await again.redeem()).claims()).toMatchObject({
      sub: before?.sub,
      auth_time: before?.auth_time,
    })
  },
  'oidcc-ensure-request-with-unknown-parameter-succeeds': succeeds({ extra: 'foobar' }),
  'oidcc-id-token-hint': async (setting) => {
    const first = await run(setting)
    const tokens = await first.redeem()
    const again = await run(
      setting,
      { prompt: 'none', id_token_hint: tokens.id_token ?? '' },
      first.agent,
    )
    expect((await again.redeem()).claims()?.sub).toBe(tokens.claims()?.sub)
    // Somebody else's: nobody is asked, and nobody is taken for another.
    const other = await run(setting)
    const hint = (await other.redeem()).id_token ?? ''
    const mixed = await run(setting, { prompt: 'none', id_token_hint: hint }, first.agent)
    expect(mixed.answer.get('error')).toBe('login_required')
    expect(mixed.answer.has('code')).toBe(false)
    const broken = await run(setting, { prompt: 'none', id_token_hint: 'junk' }, first.agent)
    expect(broken.answer.get('error')).toBe('invalid_request')
  },
  'oidcc-login-hint': async (setting) => {
    const { rp } = await run(setting)
    const field = async (login_hint: string) => {
      const { url } = await rp.request({ ...modeParams(setting), login_hint })
      const { html } = await new Agent(setting.window).get(url)
      const form = formsOf(html).find(({ fields }) => fields.has('mobile'))
      return { value: form?.fields.get('mobile'), html }
    }
    expect((await field('09121112233')).value).toBe('+989121112233')
    for (const junk of ['somebody', '"><script>alert(1)</script>', '0912', 'x'.repeat(2_000)]) {
      const { value, html } = await field(junk)
      expect(value).toBe('')
      expect(html).not.toContain(junk)
    }
  },
  'oidcc-ui-locales': async (setting) => {
    const { rp } = await run(setting)
    const { url } = await rp.request({ ...modeParams(setting), ui_locales: 'se en' })
    expect((await new Agent(setting.window).get(url)).html).toContain('<html lang="en" dir="ltr">')
  },
  'oidcc-claims-locales': succeeds({ claims_locales: 'se' }),
  'oidcc-ensure-request-with-acr-values-succeeds': async (setting) => {
    const levels = [1, 2, 3, 4].map((rank) => `urn:panjereh:acr:${rank}`).join(' ')
    const { redeem } = await run(setting, { acr_values: levels })
    expect((await redeem()).claims()?.['acr']).toBe('urn:panjereh:acr:1')
  },
  'oidcc-codereuse': (setting) => codeReuse(setting, 0),
  'oidcc-codereuse-30seconds': (setting) => codeReuse(setting, 30_000),
  'oidcc-ensure-registered-redirect-uri': async (setting) => {
    const { rp } = await run(setting)
    const { url } = await rp.request({
      ...modeParams(setting),
      redirect_uri: 'https://rp.example/callback/other',
    })
    const seen = await new Agent(setting.window).get(url)
    expect(seen.away).toBeUndefined()
    expect(seen.status).toBe(400)
  },
  'oidcc-ensure-post-request-succeeds': async (setting) => {
    const { rp, agent } = await run(setting)
    const asked = await rp.request(modeParams(setting))
    const answer = answerOf(await agent.post(asked.url.pathname, asked.url.searchParams))
    const tokens = await rp.redeem(new URL(`${CALLBACK}?${answer}`), asked)
    expect(tokens.id_token).toBeDefined()
  },
  'oidcc-server-client-secret-post': async (setting) => {
    const { redeem } = await run(setting, {}, new Agent(setting.window), 'post')
    expect((await redeem()).access_token).toBeDefined()
  },
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': async (setting) => {
    const { rp, agent } = await run(setting)
    expect(rp.config.serverMetadata().request_uri_parameter_supported).toBe(false)
    const { url, state } = await rp.request({
      ...modeParams(setting),
      request_uri: 'https://rp.example/request.jwt',
    })
    const answer = answerOf(await agent.get(url))
    expect(answer.get('error')).toBe('request_uri_not_supported')
    expect(answer.get('state')).toBe(state)
    expect(answer.has('code')).toBe(false)
  },
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': async (
    setting,
  ) => {
    const { rp, agent } = await run(setting)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const request = `${part({ alg: 'none' })}.${part({ client_id: 'basic', state: 'inside' })}.`
    const { url } = await rp.request({ ...modeParams(setting), request })
    const answer = answerOf(await agent.get(url))
    expect(answer.get('error')).toBe('invalid_request_object')
    expect(answer.has('code')).toBe(false)
  },
  'oidcc-claims-essential': async (setting) => {
    const claims = JSON.stringify({ userinfo: { phone_number: { essential: true } } })
    const { redeem, rp } = await run(setting, { claims })
    const tokens = await redeem()
    const got = await client.fetchUserInfo(
      rp.config,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(got.phone_number).toMatch(/^\+98/)
  },
  'oidcc-ensure-request-object-with-redirect-uri': async (setting) => {
    const agent = new Agent(setting.window)
    const rp = await relyingParty(setting.window, SIGNER)
    const asked = await rp.request(modeParams(setting))
    const inside = {
      ...Object.fromEntries(asked.url.searchParams),
      iss: SIGNER.client_id,
      aud: setting.window.url,
      exp: Math.floor(Date.now() / 1000) + 60,
    }
    asked.url.searchParams.set('redirect_uri', 'https://evil.example/')
    asked.url.searchParams.set('request', await signedBy(SIGNER_KEY, inside))
    const seen = await agent.walk(await agent.get(asked.url))
    const goesTo = seen.away?.href ?? formsOf(seen.html)[0]?.action ?? ''
    expect(goesTo.split('?')[0]).toBe(CALLBACK)
    const tokens = await rp.redeem(new URL(`${CALLBACK}?${answerOf(seen)}`), asked)
    expect(tokens.claims()?.aud).toBe(SIGNER.client_id)
    // The same, signed by a stranger, is nothing; nor is a redirect of the request alone.
    const stranger = await clientKey('ES256', SIGNER_KEY.kid)
    asked.url.searchParams.set('request', await signedBy(stranger, inside))
    expect((await agent.get(asked.url)).away?.host ?? '').not.toBe('evil.example')
    asked.url.searchParams.delete('request')
    const bare = await agent.get(asked.url)
    expect([bare.status, bare.away]).toEqual([400, undefined])
  },
  'oidcc-refresh-token': async (setting) => {
    const { redeem, rp } = await run(setting, { scope: 'openid offline_access', prompt: 'consent' })
    const tokens = await redeem()
    const again = await client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')
    expect(again.claims()).toMatchObject({
      sub: tokens.claims()?.sub,
      iss: setting.window.url,
      auth_time: tokens.claims()?.auth_time,
      acr: tokens.claims()?.['acr'],
    })
    expect(again.refresh_token).not.toBe(tokens.refresh_token)
  },
  'oidcc-ensure-request-with-valid-pkce-succeeds': async (setting) => {
    const { rp, callback, asked } = await run(setting)
    const wrong = { ...asked, verifier: client.randomPKCECodeVerifier() }
    await expect(rp.redeem(callback, wrong)).rejects.toMatchObject({ error: 'invalid_grant' })
    await succeeds()(setting)
  },
}
