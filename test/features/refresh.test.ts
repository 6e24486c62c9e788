import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { dpopProof, proofKey } from '../support/proof-keys.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const RP = webClient('rp')
const OTHER = webClient('other')
const ONCE = webClient('once', { grant_types: ['authorization_code'] })
const PUBLIC = webClient('public', {
  client_secret: undefined,
  token_endpoint_auth_method: 'none',
  dpop_bound_access_tokens: true,
})

let window: TestWindow
let agent: Agent
beforeAll(async () => {
  window = await openWindow({ clients: [RP, OTHER, ONCE, PUBLIC] })
  agent = new Agent(window)
})
afterAll(() => window.close())

describe('refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14)', () => {
  it('are rotated, and say again who signed in, how and when', async () => {
    const rp = await party(window, RP)
    const first = await rp.tokens({}, agent)
    const { status, json } = await rp.refresh(first.refresh_token)
    expect(status).toBe(200)
    expect(json['refresh_token']).not.toBe(first.refresh_token)
    const [before, after] = [decodeJwt(first.id_token), decodeJwt(String(json['id_token']))]
    for (const claim of ['sub', 'aud', 'acr', 'amr', 'auth_time', 'acr_auth_time', 'nonce']) {
      expect([claim, after[claim]]).toEqual([claim, before[claim]])
    }
  })

  it('that are used twice end the whole family', async () => {
    const rp = await party(window, RP)
    const first = await rp.tokens({}, agent)
    const second = await rp.refresh(first.refresh_token)
    const access = String(second.json['access_token'])
    expect((await rp.userinfo(access)).status).toBe(200)
    expect((await rp.refresh(first.refresh_token)).json['error']).toBe('invalid_grant')
    expect((await rp.refresh(String(second.json['refresh_token']))).json['error']).toBe(
      'invalid_grant',
    )
    expect((await rp.userinfo(access)).status).toBe(401)
    expect((await rp.userinfo(first.access_token)).status).toBe(401)
    await window.ports.events.flush()
    const told = await window.ports.eventLog.list({ type: 'token.reuse_detected', limit: 9 })
    expect(told.length).toBeGreaterThan(0)
  })

  it('are the client’s own', async () => {
    const rp = await party(window, RP)
    const other = await party(window, OTHER)
    const { refresh_token } = await rp.tokens({}, agent)
    expect((await other.refresh(refresh_token)).json['error']).toBe('invalid_grant')
    expect((await rp.refresh('invented')).json['error']).toBe('invalid_grant')
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  it('may be asked for less, and not for more', async () => {
    const rp = await party(window, RP)
    const { refresh_token } = await rp.tokens({ scope: 'openid phone' }, agent)
    const less = await rp.refresh(refresh_token, { scope: 'openid' })
    expect(less.json['scope']).toBe('openid')
    const claims = await (await rp.userinfo(String(less.json['access_token']))).json()
    expect(Object.keys(claims as object)).toEqual(['sub'])
    const kept = String(less.json['refresh_token'])
    const more = await rp.refresh(kept, { scope: 'openid phone email' })
    expect(more.json['error']).toBe('invalid_scope')
    const whole = await rp.refresh(kept)
    expect(String(whole.json['scope']).split(' ').sort()).toEqual(['openid', 'phone'])
  })

  it('are not given to a client that is not registered for them', async () => {
    const rp = await party(window, ONCE)
    const tokens = await rp.tokens({}, agent)
    expect(tokens).not.toHaveProperty('refresh_token')
  })

  it('of a client without a secret are bound to its key', async () => {
    const rp = await party(window, PUBLIC)
    const key = await proofKey()
    const htu = `${window.url}/oauth2/token`
    const dpop = async (by = key) => ({ dpop: await dpopProof(by, { htm: 'POST', htu }) })
    const { refresh_token, token_type } = await rp.tokens({}, agent, {}, await dpop())
    expect(token_type).toBe('DPoP')
    expect((await rp.refresh(refresh_token)).json['error']).toBe('invalid_grant')
    const other = await rp.refresh(refresh_token, {}, await dpop(await proofKey()))
    expect(other.json['error']).toBe('invalid_grant')
    expect((await rp.refresh(refresh_token, {}, await dpop())).status).toBe(200)
  })

  it('without offline_access end with the session', async () => {
    const rp = await party(window, RP)
    const own = new Agent(window)
    const { refresh_token } = await rp.tokens({}, own)
    const page = await own.get('/oauth2/logout')
    await own.submit(page, { logout: 'yes' })
    expect((await rp.refresh(refresh_token)).json['error']).toBe('invalid_grant')
  })
})
