import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { Agent } from '../support/agent.ts'
import { CALLBACK, webClient } from '../support/relying-party.ts'
import { DEBIAN_PYTHON, requires } from '../support/skips.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const SECRET = 'a-secret-that-the-python-agency-was-given'
const ACR = 'urn:panjereh:acr:1'

requires('authlib')('an agency on Authlib', () => {
  let window: TestWindow
  let pem: string

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    pem = await exportPKCS8(privateKey)
    window = await openWindow({
      clients: [
        webClient('by-secret', { client_secret: SECRET }),
        webClient('by-key', {
          client_secret: undefined,
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [await exportJWK(publicKey)] },
        }),
      ],
    })
  })

  afterAll(() => window?.close())

  const bySecret = {
    client_id: 'by-secret',
    auth_method: 'client_secret_basic',
    credential: SECRET,
  }
  const byKey = () => ({ client_id: 'by-key', auth_method: 'private_key_jwt', credential: pem })

  /** The whole of the program, with the browser's part done by an agent. */
  async function run(settings: Record<string, string>) {
    const python = party()
    try {
      python.tell({ issuer: window.url, redirect_uri: CALLBACK, acr: ACR, ...settings })
      const agent = new Agent(window)
      const asked = await python.hear()
      python.tell({ callback: (await agent.signIn(String(asked['url']))).href })
      return { found: await python.hear(), agent }
    } finally {
      await python.end()
    }
  }

  it.each([
    ['a secret', () => bySecret],
    ['a key of its own (private_key_jwt)', byKey],
  ])('signs in, refreshes, introspects and revokes with %s', async (_, settings) => {
    const { found, agent } = await run(settings())
    expect(found).toMatchObject({
      claims: { iss: window.url, aud: settings().client_id, acr: ACR },
      userinfo: { phone_number: `+98${agent.mobile.slice(1)}` },
      is_refreshed: true,
      active: [true, false],
    })
    const { claims, userinfo } = found as Record<string, { sub: string }>
    expect(userinfo?.sub).toBe(claims?.sub)
  })

  it('gets nothing with a wrong secret', async () => {
    const { found } = await run({ ...bySecret, credential: 'a-secret-that-nobody-registered-here' })
    expect(found).toEqual({
      failure: 'OAuthError',
      says: expect.stringContaining('invalid_client'),
    })
  })

  it('gets nothing with a key that is not the registered one', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const { found } = await run({ ...byKey(), credential: await exportPKCS8(privateKey) })
    expect(found).toEqual({
      failure: 'OAuthError',
      says: expect.stringContaining('invalid_client'),
    })
  })

  it('gets nothing with the verifier of another request', async () => {
    const { found } = await run({ ...bySecret, code_verifier: 'x'.repeat(43) })
    expect(found).toEqual({ failure: 'OAuthError', says: expect.stringContaining('invalid_grant') })
  })

  it('refuses our ID token when it expects another issuer', async () => {
    const { found } = await run({ ...bySecret, expected_issuer: 'https://elsewhere.example' })
    expect(found).toEqual({ failure: 'InvalidClaimError', says: expect.stringContaining('iss') })
  })
})

/** The program, a line of JSON each way at a time. */
function party() {
  const child = spawn(DEBIAN_PYTHON, [join(import.meta.dirname, 'authlib_party.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    tell: (message: unknown) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    async hear(): Promise<Record<string, unknown>> {
      const { value, done } = await lines.next()
      if (done) throw new Error('the program ended before it answered')
      return JSON.parse(value) as Record<string, unknown>
    },
    async end() {
      child.stdin.end()
      child.kill()
      await gone
    },
  }
}
