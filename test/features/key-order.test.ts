import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWK } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const

let window: TestWindow
let agent: Agent
const client = (alg: string) => webClient(`rp-${alg}`, { id_token_signed_response_alg: alg })
beforeAll(async () => {
  const wrong = webClient('wrong', { id_token_signed_response_alg: 'none' })
  window = await openWindow({ clients: [webClient('rp'), wrong, ...ALGORITHMS.map(client)] })
  agent = new Agent(window)
})
afterAll(() => window.close())

async function keys(): Promise<JWK[]> {
  const answer = await fetch(`${window.url}/oauth2/jwks`)
  return ((await answer.json()) as { keys: JWK[] }).keys
}

describe('our keys', () => {
  it('sign by ES256 unless a client is registered for another', async () => {
    const { id_token } = await (await party(window, webClient('rp'))).tokens({}, agent)
    expect(decodeProtectedHeader(id_token).alg).toBe('ES256')
  })

  it.each(ALGORITHMS)('sign by %s for a client that is registered so', async (alg) => {
    const { id_token } = await (await party(window, client(alg))).tokens({}, agent)
    const remote = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
    const { protectedHeader } = await jwtVerify(id_token, remote, { audience: `rp-${alg}` })
    expect(protectedHeader.alg).toBe(alg)
  })

  it('that are current come before those to come, and those sign nothing yet', async () => {
    const published = await keys()
    const signing = published.filter(({ use }) => use === 'sig')
    expect(signing.map(({ alg }) => alg)).toEqual([...ALGORITHMS, ...ALGORITHMS])
    for (const alg of ALGORITHMS) {
      const { id_token } = await (await party(window, client(alg))).tokens({}, agent)
      const first = signing.find((key) => key.alg === alg)
      expect(decodeProtectedHeader(id_token).kid).toBe(first?.kid)
    }
  })

  it('are published without their private parts, each with its own name', async () => {
    const published = await keys()
    expect(new Set(published.map(({ kid }) => kid)).size).toBe(published.length)
    for (const key of published) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
        expect(key).not.toHaveProperty(secret)
    }
  })

  it('never are none', async () => {
    const query = { client_id: 'wrong', response_type: 'code', scope: 'openid' }
    const seen = await agent.get(`/oauth2/authorize?${new URLSearchParams(query)}`)
    expect(seen.status).toBe(400)
  })
})
