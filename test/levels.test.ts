import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { Agent } from './support/agent.ts'
import { later } from './support/later.ts'
import { relyingParty, webClient } from './support/relying-party.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const ACR = 'urn:panjereh:acr:'
const OTHER_CALLBACK = 'https://other.example/callback'
const THERE = { redirect_uri: OTHER_CALLBACK }
const CLIENTS = [
  webClient('rp'),
  webClient('other', {
    redirect_uris: [OTHER_CALLBACK],
  }),
  webClient('auditor', {
    panjereh_role: 'auditor',
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
  }),
  webClient('stranger', {
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
  }),
]
const metadataOf = (id: string) => CLIENTS.find((one) => one.client_id === id) ?? webClient(id)

let window: TestWindow
beforeAll(async () => {
  window = await openWindow({ clients: CLIENTS })
})
afterAll(() => window.close())

const party = (id = 'rp') => relyingParty(window, metadataOf(id))

async function errorOf(params: Record<string, string>, agent = new Agent(window)) {
  const { url } = await (await party()).request(params)
  const seen = await agent.get(url)
  return seen.away?.searchParams.get('error') ?? `a page: ${seen.url.pathname}`
}

const claim = (acr: object) => JSON.stringify({ id_token: { acr } })

describe('levels as values', () => {
  it('are listed in discovery, all four', async () => {
    const { config } = await party()
    expect(config.serverMetadata()['acr_values_supported']).toEqual(
      [1, 2, 3, 4].map((rank) => `${ACR}${rank}`),
    )
  })

  it('are in the ID token with method, time, and the time of each', async () => {
    const { tokens } = await (await party()).signIn({ acr_values: `${ACR}1` })
    const claims = tokens.claims()
    expect(claims).toMatchObject({ acr: `${ACR}1`, amr: ['otp', 'sms'] })
    expect(claims?.['acr_auth_time']).toEqual({ [`${ACR}1`]: claims?.auth_time })
  })

  it.each([2, 3, 4])('that are not built (%d) answer so before anybody is asked', async (rank) => {
    expect(await errorOf({ acr_values: `${ACR}${rank}` })).toBe('unmet_authentication_requirements')
  })

  it('fail for an unknown essential acr, and for an essential one that is not built', async () => {
    const unknown = claim({ essential: true, value: 'urn:mace:incommon:iap:silver' })
    expect(await errorOf({ claims: unknown })).toBe('unmet_authentication_requirements')
    expect(await errorOf({ claims: claim({ essential: true, values: [`${ACR}3`] }) })).toBe(
      'unmet_authentication_requirements',
    )
  })

  it('keep an essential claim essential beside acr_values', async () => {
    const both = { acr_values: `${ACR}1`, claims: claim({ essential: true, value: `${ACR}2` }) }
    expect(await errorOf(both)).toBe('unmet_authentication_requirements')
  })

  it('succeed with what is held for a voluntary claim that cannot be met', async () => {
    const { tokens } = await (
      await party()
    ).signIn({ claims: claim({ values: [`${ACR}3`, 'urn:else'] }) })
    expect(tokens.claims()?.['acr']).toBe(`${ACR}1`)
  })

  it('take the first of several that can be reached', async () => {
    const { tokens } = await (await party()).signIn({ acr_values: `${ACR}3 ${ACR}1` })
    expect(tokens.claims()?.['acr']).toBe(`${ACR}1`)
  })

  it('do not fall on refresh', async () => {
    const rp = await party()
    const { tokens } = await rp.signIn({ acr_values: `${ACR}1` })
    const again = await client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')
    for (const name of ['acr', 'amr', 'auth_time', 'acr_auth_time', 'sub']) {
      expect(again.claims()?.[name]).toEqual(tokens.claims()?.[name])
    }
  })

  it('revoke the family of a refresh token that is used twice', async () => {
    const rp = await party()
    const { tokens } = await rp.signIn()
    const next = await client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')
    await expect(
      client.refreshTokenGrant(rp.config, tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(
      client.refreshTokenGrant(rp.config, next.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await window.ports.events.flush()
    const told = await window.ports.eventLog.list({ type: 'token.reuse_detected', limit: 10 })
    expect(told.length).toBeGreaterThan(0)
  })

  it('leave other services signed in, and a refused step-up too', async () => {
    const first = await (await party()).signIn()
    const { agent } = first
    const other = await party('other')
    const second = await other.signIn(THERE, agent)
    // The one asks for more than there is; the other goes on as if nothing had been.
    expect(await errorOf({ acr_values: `${ACR}2` }, agent)).toBe(
      'unmet_authentication_requirements',
    )
    const again = await other.signIn({ ...THERE, prompt: 'none' }, agent)
    for (const name of ['sub', 'acr', 'auth_time', 'acr_auth_time']) {
      expect(again.tokens.claims()?.[name]).toEqual(second.tokens.claims()?.[name])
    }
    const refreshed = await client.refreshTokenGrant(
      other.config,
      second.tokens.refresh_token ?? '',
    )
    expect(refreshed.claims()?.sub).toBe(second.tokens.claims()?.sub)
  })

  it('are proved anew for one service, and stay for the other with the same sub', async () => {
    const rp = await party()
    const other = await party('other')
    const { agent, tokens } = await rp.signIn()
    const before = (await other.signIn(THERE, agent)).tokens.claims()
    await later(5_000, async () => {
      const renewed = (await rp.signIn({ prompt: 'login' }, agent)).tokens.claims()
      expect(renewed?.sub).toBe(tokens.claims()?.sub)
      expect(Number(renewed?.auth_time)).toBeGreaterThanOrEqual(Number(before?.auth_time) + 5)
      const after = (await other.signIn({ ...THERE, prompt: 'none' }, agent)).tokens.claims()
      expect(after?.sub).toBe(before?.sub)
      expect(after?.auth_time).toBe(renewed?.auth_time)
    })
  })
})

describe('prompt=none', () => {
  it('asks nobody: what is held is enough, or login_required', async () => {
    expect(await errorOf({ prompt: 'none' })).toBe('login_required')
    const rp = await party()
    const { agent, tokens } = await rp.signIn()
    const again = await rp.signIn({ prompt: 'none', acr_values: `${ACR}1` }, agent)
    expect(again.tokens.claims()).toMatchObject({
      sub: tokens.claims()?.sub,
      acr: `${ACR}1`,
      auth_time: tokens.claims()?.auth_time,
    })
  })

  it('says that a level is out of reach, and leaves the session', async () => {
    const { agent } = await (await party()).signIn()
    const beyond: Record<string, string>[] = [
      { acr_values: `${ACR}2` },
      { claims: claim({ essential: true, value: `${ACR}4` }) },
    ]
    for (const params of beyond) {
      const error = await errorOf({ prompt: 'none', ...params }, agent)
      expect(error).toBe('unmet_authentication_requirements')
    }
    // A voluntary claim is no reason to fail.
    const { tokens } = await (
      await party()
    ).signIn({ prompt: 'none', claims: claim({ value: `${ACR}3` }) }, agent)
    expect(tokens.claims()?.['acr']).toBe(`${ACR}1`)
  })

  it('cannot stand beside another prompt', async () => {
    expect(await errorOf({ prompt: 'none login' })).toBe('invalid_request')
  })
})

describe('max_age', () => {
  it('asks anew when the proof of the level is older', async () => {
    const rp = await party()
    const { agent, tokens } = await rp.signIn()
    await later(120_000, async () => {
      expect(await errorOf({ prompt: 'none', max_age: '60' }, agent)).toBe('login_required')
      const young = await rp.signIn({ prompt: 'none', max_age: '3600' }, agent)
      expect(young.tokens.claims()?.auth_time).toBe(tokens.claims()?.auth_time)
      const { url } = await rp.request({ max_age: '60' })
      expect((await agent.get(url)).html).toContain('name="mobile"')
      const anew = await rp.signIn({ max_age: '60', acr_values: `${ACR}1` }, agent)
      const claims = anew.tokens.claims()
      expect(claims?.sub).toBe(tokens.claims()?.sub)
      expect(Number(claims?.auth_time)).toBeGreaterThan(Number(tokens.claims()?.auth_time) + 100)
      expect(claims?.['acr_auth_time']).toEqual({ [`${ACR}1`]: claims?.auth_time })
    })
  })

  it('of nought asks each time, and never loops', async () => {
    const rp = await party()
    const { agent } = await rp.signIn()
    await later(2_000, async () => {
      const { url } = await rp.request({ max_age: '0' })
      expect((await agent.get(url)).html).toContain('name="mobile"')
      expect((await rp.signIn({ max_age: '0' }, agent)).callback.searchParams.has('code')).toBe(
        true,
      )
    })
  })

  it.each(['-1', 'soon', '1.5'])('that is none (%s) is refused', async (max_age) => {
    expect(await errorOf({ max_age })).toBe('invalid_request')
  })
})

describe('introspection', () => {
  it('shows an auditor the level and its times, and tells of it', async () => {
    const { tokens } = await (await party()).signIn()
    const { config } = await party('auditor')
    const seen = await client.tokenIntrospection(config, tokens.access_token)
    expect(seen).toMatchObject({
      active: true,
      client_id: 'rp',
      sub: tokens.claims()?.sub,
      acr: `${ACR}1`,
      amr: ['otp', 'sms'],
    })
    expect(seen['acr_auth_time']).toEqual(tokens.claims()?.['acr_auth_time'])
    const told = await window.ports.eventLog.list({ type: 'token.introspected', limit: 10 })
    expect(told.at(-1)).toMatchObject({
      actor: 'auditor',
      clientId: 'rp',
      subjectId: expect.any(String),
    })
  })

  it('is signed for who asks so (RFC 9701)', async () => {
    const { tokens } = await (await party()).signIn()
    const { config } = await party('auditor')
    const answer = await fetch(config.serverMetadata().introspection_endpoint ?? '', {
      method: 'POST',
      headers: {
        accept: 'application/token-introspection+jwt',
        authorization: `Basic ${Buffer.from(`auditor:${String(metadataOf('auditor')['client_secret'])}`).toString('base64')}`,
      },
      body: new URLSearchParams({ token: tokens.access_token }),
    })
    expect(answer.headers.get('content-type')).toContain('application/token-introspection+jwt')
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''))
    const { payload, protectedHeader } = await jwtVerify(await answer.text(), keys, {
      issuer: window.url,
      audience: 'auditor',
      typ: 'token-introspection+jwt',
    })
    expect(protectedHeader.alg).toBe('ES256')
    expect(payload['token_introspection']).toMatchObject({
      active: true,
      client_id: 'rp',
      sub: tokens.claims()?.sub,
      acr: `${ACR}1`,
    })
  })

  it('tells a stranger nothing', async () => {
    const { tokens } = await (await party()).signIn()
    const { config } = await party('stranger')
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false })
  })
})
