import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
} from 'jose'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { proofKey, type ProofKey } from '../support/proof-keys.ts'
import { CALLBACK, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let agent: Agent
let key: ProofKey
let rp: Awaited<ReturnType<typeof party>>
let secret: typeof rp

beforeAll(async () => {
  key = await proofKey('ECDH-ES', 'enc')
  const clients = [
    webClient('rp', { authorization_signed_response_alg: 'RS256' }),
    webClient('secret', {
      jwks: { keys: [key.public] },
      authorization_encrypted_response_alg: 'ECDH-ES',
      authorization_encrypted_response_enc: 'A256GCM',
    }),
  ]
  window = await openWindow({ clients })
  agent = new Agent(window)
  const [first, second] = clients
  rp = await party(window, first ?? webClient('rp'))
  secret = await party(window, second ?? webClient('secret'))
})
afterAll(() => window.close())

async function opened(response: string, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
  return (await jwtVerify(response, keys, { issuer: window.url, audience })).payload
}

const plain = (payload: Record<string, unknown>) =>
  new URL(`${CALLBACK}?${new URLSearchParams(payload as Record<string, string>)}`)

describe('signed authorization responses (JARM)', () => {
  it.each(['jwt', 'query.jwt'])('come in the query: %s', async (response_mode) => {
    const request = await rp.request({ response_mode })
    const callback = await agent.signIn(request.url)
    expect([...callback.searchParams.keys()]).toEqual(['response'])
    const response = callback.searchParams.get('response') ?? ''
    expect(decodeProtectedHeader(response).alg).toBe('RS256')
    const { code, state, iss } = await opened(response, 'rp')
    expect(state).toBe(request.state)
    const tokens = await rp.redeem(plain({ code, state, iss }), request)
    expect(tokens.claims()?.aud).toBe('rp')
  })

  it('come by fragment and by form', async () => {
    const byFragment = await rp.request({ response_mode: 'fragment.jwt' })
    const { hash } = await agent.signIn(byFragment.url)
    const fragment = new URLSearchParams(hash.slice(1)).get('response') ?? ''
    expect(await opened(fragment, 'rp')).toMatchObject({ state: byFragment.state })
    const byForm = await rp.request({ response_mode: 'form_post.jwt' })
    const [form] = formsOf((await agent.get(byForm.url)).html)
    expect(form?.action).toBe(CALLBACK)
    const response = form?.fields.get('response') ?? ''
    expect(await opened(response, 'rp')).toMatchObject({ state: byForm.state })
  })

  it('carry errors as well', async () => {
    const request = await rp.request({ response_mode: 'jwt', acr_values: 'urn:panjereh:acr:4' })
    const callback = await agent.signIn(request.url)
    expect(await opened(callback.searchParams.get('response') ?? '', 'rp')).toMatchObject({
      error: 'unmet_authentication_requirements',
      state: request.state,
    })
  })

  it('are encrypted for a client that is registered so', async () => {
    const request = await secret.request({ response_mode: 'jwt' })
    const callback = await agent.signIn(request.url)
    const response = callback.searchParams.get('response') ?? ''
    expect(decodeProtectedHeader(response)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' })
    const { plaintext } = await compactDecrypt(response, await importJWK(key.privateJwk, 'ECDH-ES'))
    const payload = await opened(Buffer.from(plaintext).toString(), 'secret')
    expect(payload).toMatchObject({ state: request.state, code: expect.any(String) })
  })
})
