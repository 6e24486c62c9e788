import { randomUUID } from 'node:crypto'
import { expect } from '@jest/globals'
import type { How } from '../support/fapi-client.ts'
import {
  dpopProof,
  otherSignature,
  proofKey,
  seconds,
  type JwtChanges,
} from '../support/proof-keys.ts'
import type { Module, Modules } from './fapi2-runner.ts'

const claims = (changed: Readonly<Record<string, unknown>>): JwtChanges => ({ claims: changed })
const header = (changed: Readonly<Record<string, unknown>>): JwtChanges => ({ header: changed })

/** RFC 9449 sections 4.2, 4.3 and 7.1. */
export const DPOP_MODULES: Modules = {
  'check-dpop-proof-nbf-exp': proved(() => claims({ nbf: seconds() - 5, exp: seconds() + 60 })),
  'ensure-dpopproof-with-iat-10seconds-before-succeeds': proved(() =>
    claims({ iat: seconds() - 10 }),
  ),
  'ensure-dpopproof-with-iat-10seconds-after-succeeds': proved(() =>
    claims({ iat: seconds() + 10 }),
  ),
  'dpop-negative-tests': async ({ one, agent, window }) => {
    const { access_token } = await one.tokens(agent)
    const status = async (how: How, headers = {}) =>
      (await one.resource(access_token, how, headers)).status
    const { dpopKey } = one.options
    const htu = `${window.url}/oauth2/userinfo`
    for (const proof of await wrong(one.options.dpopKey, htu)) {
      const answer = await one.resource(access_token, { proof })
      if (answer.status === 200) throw new Error(`accepted: ${JSON.stringify(proof)}`)
      expect([400, 401]).toContain(answer.status)
    }
    const fixed = { proof: claims({ jti: randomUUID() }) }
    expect(await status(fixed)).toBe(200)
    expect(await status(fixed)).toBe(401)
    for (const right of [
      claims({ htu: `${htu}?query=1#fragment` }),
      claims({ htu: htu.replace('https://localhost', 'HTTPS://LOCALHOST') }),
      { ...header({ more: 'x' }), ...claims({ more: 'y' }) },
    ]) {
      expect(await status({ proof: right })).toBe(200)
    }
    const target = { htm: 'GET', htu, accessToken: access_token }
    const two = [await dpopProof(dpopKey, target), await dpopProof(dpopKey, target)].join(', ')
    expect([400, 401]).toContain(await status({ proof: false }, { dpop: two }))
    expect([400, 401]).toContain(await status({ proof: false }))
    const bearer = { authorization: `Bearer ${access_token}` }
    expect(await status({ proof: false }, bearer)).toBe(401)
    expect(await status({})).toBe(200)
  },
  'dpop-nonce-is-given-and-checked': async ({ one, agent }) => {
    const { access_token } = await one.tokens(agent)
    const late = await one.resource(access_token, { proof: claims({ iat: seconds() - 3600 }) })
    expect(late.status).toBe(401)
    expect(late.headers.get('www-authenticate')).toContain('use_dpop_nonce')
    const nonce = late.headers.get('dpop-nonce')
    const again = await one.resource(access_token, {
      proof: claims({ iat: seconds() - 3600, nonce }),
    })
    expect(again.status).toBe(200)
    const invented = await one.resource(access_token, { proof: claims({ nonce: 'invented' }) })
    expect(invented.status).toBe(401)
  },
}

async function wrong(key: Parameters<typeof dpopProof>[0], htu: string): Promise<JwtChanges[]> {
  const rsa = await proofKey('PS256')
  const secret = Buffer.from('a symmetric secret that is long enough').toString('base64url')
  return [
    { spoil: () => 'not-a-jwt' },
    header({ typ: undefined }),
    header({ typ: 'jwt' }),
    header({ jwk: undefined }),
    header({ alg: 'none' }),
    header({ jwk: { ...key.public, d: key.privateJwk.d } }),
    header({ jwk: { kty: 'oct', k: secret } }),
    ...['jti', 'htm', 'htu', 'iat', 'ath'].map((name) => claims({ [name]: undefined })),
    claims({ htm: 'PUT' }),
    claims({ htm: 'get' }),
    claims({ htu: `${htu}/other` }),
    claims({ htu: htu.replace('localhost', 'other.example') }),
    claims({ htu: 'not a url' }),
    claims({ iat: seconds() + 3600 }),
    claims({ iat: seconds() + 90 }),
    claims({ iat: seconds() - 3600 }),
    claims({ iat: String(seconds()) }),
    claims({ ath: 'a'.repeat(43) }),
    { spoil: otherSignature },
    { key: await proofKey() },
    { key: rsa },
  ]
}

/** A whole flow with such proofs at every endpoint. */
function proved(changes: () => JwtChanges): Module {
  return async ({ one, agent }) => {
    const { code, pushed } = await one.code(agent, {}, { proof: changes() })
    const { status, json } = await one.redeem(code, pushed, { proof: changes() })
    expect([status, json['error']]).toEqual([200, undefined])
    const answer = await one.resource(String(json['access_token']), { proof: changes() })
    expect(answer.status).toBe(200)
  }
}
