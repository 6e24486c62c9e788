import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { calculateJwkThumbprint } from 'jose'
import * as client from 'openid-client'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { dpopProof, proofKey, type JwtChanges, type ProofKey } from '../support/proof-keys.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const RP = webClient('rp', {
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
})
const BOUND = webClient('bound', { dpop_bound_access_tokens: true, grant_types: RP['grant_types'] })

let window: TestWindow
let agent: Agent
let key: ProofKey
let rp: Awaited<ReturnType<typeof party>>
let bound: typeof rp
beforeAll(async () => {
  window = await openWindow({ clients: [RP, BOUND] })
  agent = new Agent(window)
  key = await proofKey()
  rp = await party(window, RP)
  bound = await party(window, BOUND)
})
afterAll(() => window.close())

const atToken = async (by = key, changes: JwtChanges = {}) => ({
  dpop: await dpopProof(by, { htm: 'POST', htu: `${window.url}/oauth2/token` }, changes),
})

const atUserinfo = async (accessToken: string, by = key, method = 'GET') => ({
  authorization: `DPoP ${accessToken}`,
  dpop: await dpopProof(by, { htm: method, htu: `${window.url}/oauth2/userinfo`, accessToken }),
})

describe('DPoP (RFC 9449)', () => {
  it('binds a token to the key of who asks for it, and says so', async () => {
    const { access_token, token_type } = await rp.tokens({}, agent, {}, await atToken())
    expect(token_type).toBe('DPoP')
    const { json } = await rp.introspect(access_token)
    expect(json).toMatchObject({
      token_type: 'DPoP',
      cnf: { jkt: await calculateJwkThumbprint(key.public) },
    })
    expect((await rp.userinfo(access_token, await atUserinfo(access_token))).status).toBe(200)
  })

  it('works by POST', async () => {
    const { access_token } = await rp.tokens({}, agent, {}, await atToken())
    const answer = await fetch(`${window.url}/oauth2/userinfo`, {
      method: 'POST',
      headers: await atUserinfo(access_token, key, 'POST'),
    })
    expect(answer.status).toBe(200)
  })

  it('keeps a token from who has no key, or another', async () => {
    const { access_token } = await rp.tokens({}, agent, {}, await atToken())
    const bearer = await rp.userinfo(access_token)
    expect(bearer.status).toBe(401)
    const stranger = await atUserinfo(access_token, await proofKey())
    expect((await rp.userinfo(access_token, stranger)).status).toBe(401)
    const proof = await atUserinfo(access_token)
    const other = await rp.tokens({}, agent, {}, await atToken())
    const swapped = { ...proof, authorization: `DPoP ${other.access_token}` }
    const refused = await rp.userinfo(access_token, swapped)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_dpop_proof"/)
    expect(refused.headers.get('www-authenticate')).toContain('algs=')
  })

  it('proofs are good once, also when one comes many times at once', async () => {
    const { access_token } = await rp.tokens({}, agent, {}, await atToken())
    const headers = await atUserinfo(access_token)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rp.userinfo(access_token, headers)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await rp.userinfo(access_token, headers)).status).toBe(401)
  })

  it('is required of a client that is registered so, at every grant', async () => {
    const machine = { grant_type: 'client_credentials' }
    expect((await bound.post('/oauth2/token', machine)).json['error']).toBe('invalid_grant')
    const { json } = await bound.post('/oauth2/token', machine, await atToken())
    expect(json['token_type']).toBe('DPoP')
    await expect(bound.tokens({}, agent)).rejects.toThrow('invalid_grant')
    const { refresh_token } = await bound.tokens({}, agent, {}, await atToken())
    expect((await bound.refresh(refresh_token)).json['error']).toBe('invalid_grant')
    expect((await bound.refresh(refresh_token, {}, await atToken())).status).toBe(200)
  })

  it('binds a code to a key before it is issued', async () => {
    const dpop_jkt = await calculateJwkThumbprint(key.public)
    await expect(rp.tokens({ dpop_jkt }, agent)).rejects.toThrow('invalid_grant')
    const other = await atToken(await proofKey())
    await expect(rp.tokens({ dpop_jkt }, agent, {}, other)).rejects.toThrow('invalid_grant')
    expect((await rp.tokens({ dpop_jkt }, agent, {}, await atToken())).token_type).toBe('DPoP')
  })

  it('takes no algorithm that is weak or shared', async () => {
    const discovery = await fetch(`${window.url}/.well-known/openid-configuration`)
    expect(await discovery.json()).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256'],
    })
    for (const alg of ['RS256', 'ES384']) {
      const machine = { grant_type: 'client_credentials' }
      const weak = await atToken(await proofKey(alg))
      expect((await rp.post('/oauth2/token', machine, weak)).json['error']).toBe(
        'invalid_dpop_proof',
      )
    }
  })

  it('gives nonces, and takes them in place of a clock', async () => {
    const machine = { grant_type: 'client_credentials' }
    const old = { claims: { iat: 1_700_000_000 } }
    const first = await rp.post('/oauth2/token', machine, await atToken(key, old))
    expect(first.json['error']).toBe('use_dpop_nonce')
    const nonce = first.headers.get('dpop-nonce')
    const again = await atToken(key, { claims: { ...old.claims, nonce } })
    expect((await rp.post('/oauth2/token', machine, again)).status).toBe(200)
    const invented = await atToken(key, {
      claims: { nonce: createHash('sha256').digest('base64url') },
    })
    expect((await rp.post('/oauth2/token', machine, invented)).json['error']).toBe('use_dpop_nonce')
  })

  it('is spoken by a library as it comes', async () => {
    const own = await relyingParty(window, BOUND)
    const DPoP = client.getDPoPHandle(own.config, await client.randomDPoPKeyPair('ES256'))
    const asked = await own.request()
    const callback = await agent.signIn(asked.url)
    const checks = {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
    }
    const tokens = await client.authorizationCodeGrant(own.config, callback, checks, undefined, {
      DPoP,
    })
    const { sub = '' } = tokens.claims() ?? {}
    const userinfo = await client.fetchUserInfo(own.config, tokens.access_token, sub, { DPoP })
    expect(userinfo.sub).toBe(sub)
  })
})
