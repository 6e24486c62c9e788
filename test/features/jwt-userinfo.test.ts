import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const
const client = (alg: string) => webClient(`rp-${alg}`, { userinfo_signed_response_alg: alg })

let window: TestWindow
let agent: Agent
beforeAll(async () => {
  window = await openWindow({ clients: [webClient('plain'), ...ALGORITHMS.map(client)] })
  agent = new Agent(window)
})
afterAll(() => window.close())

describe('userinfo as a JWT (OIDC Core 5.3.2)', () => {
  it.each(ALGORITHMS)('is signed by %s for a client that is registered so', async (alg) => {
    const rp = await party(window, client(alg))
    const { access_token, id_token } = await rp.tokens({ scope: 'openid phone' }, agent)
    const answer = await rp.userinfo(access_token)
    expect(answer.headers.get('content-type')).toContain('application/jwt')
    const jwt = await answer.text()
    expect(decodeProtectedHeader(jwt).alg).toBe(alg)
    const keys = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
    const { payload } = await jwtVerify(jwt, keys, { issuer: window.url, audience: `rp-${alg}` })
    expect(payload).toMatchObject({
      sub: decodeJwt(id_token).sub,
      phone_number: expect.stringMatching(/^\+989/),
    })
  })

  it('is plain JSON for others', async () => {
    const rp = await party(window, webClient('plain'))
    const { access_token } = await rp.tokens({}, agent)
    const answer = await rp.userinfo(access_token)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(Object.keys((await answer.json()) as object)).toEqual(['sub'])
  })

  it('needs a token that is in force and for it', async () => {
    const rp = await party(window, client('ES256'))
    const answer = await rp.userinfo('invented')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })
})
