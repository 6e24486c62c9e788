import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import type { Agent } from '../support/agent.ts'
import { type Seen } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const AFTER = 'https://rp.example/signed-out'

let window: TestWindow
let agency: Server
let told: string[] = []
let metadata: ReturnType<typeof webClient>

beforeAll(async () => {
  agency = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      told.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(agency, 'listening')
  const { port } = agency.address() as { port: number }
  metadata = webClient('rp', {
    post_logout_redirect_uris: [AFTER, `${AFTER}?kept=1`],
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
    backchannel_logout_session_required: true,
  })
  window = await openWindow({ clients: [metadata] })
})
afterAll(async () => {
  await window.close()
  agency.close()
})
beforeEach(() => {
  told = []
})

async function signedIn() {
  const rp = await relyingParty(window, metadata)
  const { tokens, agent } = await rp.signIn()
  return { rp, agent, tokens, idToken: tokens.id_token ?? '' }
}

/** Asks to be signed out and says yes. */
async function signOut(agent: Agent, params: Record<string, string>): Promise<Seen> {
  const asked = await agent.get(`/oauth2/logout?${new URLSearchParams(params)}`)
  return asked.html.includes('name="xsrf"') ? agent.submit(asked, { logout: 'yes' }, 'xsrf') : asked
}

/** A page of ours, and nobody was sent anywhere. */
function expectPage(seen: Seen, status: number): void {
  expect(seen.away).toBeUndefined()
  expect(seen.status).toBe(status)
}

async function isSignedOut(agent: Agent): Promise<boolean> {
  const rp = await relyingParty(window, metadata)
  const { url } = await rp.request({ prompt: 'none' })
  return (await agent.get(url)).away?.searchParams.get('error') === 'login_required'
}

describe('the plan oidcc-rp-initiated-logout', () => {
  it('oidcc-rp-initiated-logout', async () => {
    const { agent, idToken } = await signedIn()
    const end = await signOut(agent, {
      id_token_hint: idToken,
      post_logout_redirect_uri: AFTER,
      state: 'xyz',
    })
    expect(end.away?.href).toBe(`${AFTER}?state=xyz`)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it('oidcc-rp-initiated-logout-bad-id-token-hint', async () => {
    const { agent } = await signedIn()
    const end = await signOut(agent, {
      id_token_hint: 'not-a-token',
      post_logout_redirect_uri: AFTER,
    })
    expectPage(end, 400)
    expect(await isSignedOut(agent)).toBe(false)
  })

  it('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', async () => {
    const { agent, idToken } = await signedIn()
    const end = await signOut(agent, {
      id_token_hint: idToken,
      post_logout_redirect_uri: 'https://evil.example/',
    })
    expectPage(end, 400)
    expect(await isSignedOut(agent)).toBe(false)
  })

  it('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    const { rp } = await signedIn()
    expect(rp.config.serverMetadata().end_session_endpoint).toBe(`${window.url}/oauth2/logout`)
  })

  it('oidcc-rp-initiated-logout-modified-id-token-hint', async () => {
    const { agent, idToken } = await signedIn()
    const [head, body = '', signature] = idToken.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'other' })).toString('base64url')
    const end = await signOut(agent, {
      id_token_hint: `${head}.${changed}.${signature}`,
      post_logout_redirect_uri: AFTER,
    })
    expectPage(end, 400)
    expect(await isSignedOut(agent)).toBe(false)
  })

  it('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
    const { agent } = await signedIn()
    const end = await signOut(agent, {
      client_id: 'rp',
      post_logout_redirect_uri: AFTER,
      state: 'x',
    })
    expect(end.away?.href).toBe(`${AFTER}?state=x`)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it.each([
    ['oidcc-rp-initiated-logout-no-params', {}],
    ['oidcc-rp-initiated-logout-only-state', { state: 'x' }],
  ])('%s', async (_name, params) => {
    const { agent } = await signedIn()
    const end = await signOut(agent, params)
    expectPage(end, 200)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
    const { agent, idToken } = await signedIn()
    const end = await signOut(agent, { id_token_hint: idToken, state: 'x' })
    expectPage(end, 200)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it('oidcc-rp-initiated-logout-no-state', async () => {
    const { agent, idToken } = await signedIn()
    const end = await signOut(agent, { id_token_hint: idToken, post_logout_redirect_uri: AFTER })
    expect(end.away?.href).toBe(AFTER)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', async () => {
    const { agent, idToken } = await signedIn()
    const added = { id_token_hint: idToken, post_logout_redirect_uri: `${AFTER}?added=1` }
    expectPage(await signOut(agent, added), 400)
    expect(await isSignedOut(agent)).toBe(false)
  })

  it('accepts an ID token that has expired long ago (RP-Initiated Logout 2)', async () => {
    const { agent, idToken } = await signedIn()
    const { kid } = decodeProtectedHeader(idToken)
    const key = window.ports.keys.jwks.find((one) => one.kid === kid)
    const long = Math.floor(Date.now() / 1000) - 90 * 24 * 3600
    const expired = await new SignJWT({ ...decodeJwt(idToken), iat: long, exp: long + 600 })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(await importJWK(key ?? {}, 'ES256'))
    const end = await signOut(agent, { id_token_hint: expired, post_logout_redirect_uri: AFTER })
    expect(end.away?.href).toBe(AFTER)
    expect(await isSignedOut(agent)).toBe(true)
  })

  it('asks before it signs anybody out, and lists what is open', async () => {
    const { agent, idToken } = await signedIn()
    const asked = await agent.get(`/oauth2/logout?id_token_hint=${idToken}`)
    expect(asked.html).toContain('A Service')
    expect(await isSignedOut(agent)).toBe(false)
  })
})

describe('the plan oidcc-backchannel-rp-initiated-logout', () => {
  it('oidcc-backchannel-rp-initiated-logout', async () => {
    const { agent, idToken, tokens, rp } = await signedIn()
    await signOut(agent, { id_token_hint: idToken, post_logout_redirect_uri: AFTER })
    expect(told).toHaveLength(1)
    const keys = createRemoteJWKSet(new URL(rp.config.serverMetadata().jwks_uri ?? ''))
    const { payload } = await jwtVerify(told[0] ?? '', keys, {
      issuer: window.url,
      audience: 'rp',
      typ: 'logout+jwt',
    })
    expect(payload).toMatchObject({ sid: tokens.claims()?.['sid'], jti: expect.any(String) })
    expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    expect(payload).not.toHaveProperty('nonce')
  })

  it('oidcc-backchannel-discovery-endpoint-verification', async () => {
    const { rp } = await signedIn()
    expect(rp.config.serverMetadata()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })
})
