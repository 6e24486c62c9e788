import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
} from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { proofKey, type ProofKey } from '../support/proof-keys.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const ALGORITHMS = ['RSA-OAEP-256', 'ECDH-ES'] as const

let window: TestWindow
let agent: Agent
const keys = new Map<string, ProofKey>()

beforeAll(async () => {
  for (const alg of ALGORITHMS) keys.set(alg, await proofKey(alg, 'enc'))
  window = await openWindow({ clients: ALGORITHMS.map(client) })
  agent = new Agent(window)
})
afterAll(() => window.close())

function client(alg: string) {
  return webClient(`rp-${alg}`, {
    jwks: { keys: [keys.get(alg)?.public] },
    id_token_encrypted_response_alg: alg,
    id_token_encrypted_response_enc: 'A256GCM',
    userinfo_signed_response_alg: 'ES256',
    userinfo_encrypted_response_alg: alg,
    userinfo_encrypted_response_enc: 'A256GCM',
  })
}

async function verified(jwt: string, audience: string) {
  const ours = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
  return (await jwtVerify(jwt, ours, { issuer: window.url, audience })).payload
}

describe.each(ALGORITHMS)('tokens encrypted by %s', (alg) => {
  async function opened(jwe: string) {
    expect(decodeProtectedHeader(jwe)).toMatchObject({
      alg,
      enc: 'A256GCM',
      kid: keys.get(alg)?.public.kid,
      cty: 'JWT',
    })
    const { plaintext } = await compactDecrypt(
      jwe,
      await importJWK(keys.get(alg)?.privateJwk ?? {}, alg),
    )
    return verified(Buffer.from(plaintext).toString(), `rp-${alg}`)
  }

  it('open to the client alone: the ID token and userinfo', async () => {
    const rp = await party(window, client(alg))
    const { id_token, access_token, request } = await rp.tokens({ scope: 'openid phone' }, agent)
    const claims = await opened(id_token)
    expect(claims).toMatchObject({ nonce: request.nonce, acr: 'urn:panjereh:acr:1' })
    const answer = await rp.userinfo(access_token)
    expect(answer.headers.get('content-type')).toContain('application/jwt')
    expect(await opened(await answer.text())).toMatchObject({
      sub: claims.sub,
      phone_number_verified: true,
    })
  })
})

describe('encryption', () => {
  it('is offered with the algorithms that work', async () => {
    const discovery = (await (
      await fetch(`${window.url}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>
    for (const what of ['id_token', 'userinfo', 'introspection', 'authorization']) {
      expect(discovery[`${what}_encryption_alg_values_supported`]).toEqual([
        'ECDH-ES',
        'RSA-OAEP-256',
      ])
      expect(discovery[`${what}_encryption_enc_values_supported`]).toContain('A256GCM')
      expect(discovery[`${what}_signing_alg_values_supported`]).toEqual(['ES256', 'RS256', 'EdDSA'])
    }
  })
})
