import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CALLBACK, relyingParty, webClient } from './support/relying-party.ts'
import { Agent } from './support/agent.ts'
import { openKeySite, type KeySite } from './support/key-site.ts'
import { clientAssertion, proofKey, type ProofKey } from './support/proof-keys.ts'
import { startPostgres } from './support/postgres.ts'
import { startRedis } from './support/redis.ts'
import { requires } from './support/skips.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const AT_ONCE = 8
const ROUNDS = 20
const RP = webClient('rp')
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const AUTHORIZATION = `Basic ${Buffer.from(`rp:${String(RP['client_secret'])}`).toString('base64')}`

/** Of several who spend one thing at once, exactly one wins. */
function races(open: () => Promise<{ window: TestWindow; stop: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let agent: Agent
  let key: ProofKey
  let site: KeySite
  beforeAll(async () => {
    opened = await open()
    agent = new Agent(opened.window)
    key = await proofKey()
    site = await openKeySite(key.public)
    await opened.window.ports.clients.put(kiosk(site))
  })
  afterAll(async () => {
    await site.close()
    await opened.window.close()
    await opened.stop()
  })

  const post = (path: string, body: Record<string, string>) =>
    fetch(`${opened.window.url}${path}`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION },
      body: new URLSearchParams(body),
    })

  const asKiosk = async (path: string, body: Record<string, string>) =>
    fetch(`${opened.window.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await clientAssertion(key, 'kiosk', opened.window.url),
        ...body,
      }),
    })

  async function oneWins(body: Record<string, string>, by: typeof post = post) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => by('/oauth2/token', body)),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([
      200,
      ...Array<number>(AT_ONCE - 1).fill(400),
    ])
  }

  it('a code is redeemed once', async () => {
    const rp = await relyingParty(opened.window, RP)
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = await rp.request()
      const callback = await agent.signIn(asked.url)
      await oneWins({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        code_verifier: asked.verifier,
      })
    }
  })

  it('a refresh token is rotated once', async () => {
    const rp = await relyingParty(opened.window, RP)
    for (let round = 0; round < ROUNDS; round += 1) {
      const { tokens } = await rp.signIn({}, agent)
      await oneWins({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
    }
  })

  it('a pushed request is used once', async () => {
    const rp = await relyingParty(opened.window, RP)
    for (let round = 0; round < ROUNDS; round += 1) {
      const { url } = await rp.request()
      const pushed = (await (
        await post('/oauth2/par', Object.fromEntries(url.searchParams))
      ).json()) as { request_uri: string }
      const query = new URLSearchParams({ client_id: 'rp', request_uri: pushed.request_uri })
      const seen = await Promise.all(
        Array.from({ length: AT_ONCE }, () => agent.get(`/oauth2/authorize?${query}`)),
      )
      expect(seen.filter((one) => one.away?.searchParams.has('code'))).toHaveLength(1)
    }
  })

  it('a client assertion is good once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const assertion = await clientAssertion(key, 'kiosk', opened.window.url)
      const body = { scope: 'openid', client_assertion: assertion }
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => asKiosk('/oauth2/device_authorization', body)),
      )
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    }
  })

  it('a device code is redeemed once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = (await (
        await asKiosk('/oauth2/device_authorization', { scope: 'openid' })
      ).json()) as { device_code: string; user_code: string }
      const entered = await agent.submit(
        await agent.get('/device'),
        { user_code: started.user_code },
        'user_code',
      )
      await agent.walk(await agent.submit(entered, { confirm: 'yes' }, 'user_code'))
      await oneWins({ grant_type: DEVICE_GRANT, device_code: started.device_code }, asKiosk)
    }
  })
}

/** RFC 8628: a client that polls, and authenticates by its key as pairwise device clients must. */
function kiosk({ url }: KeySite) {
  return webClient('kiosk', {
    client_secret: undefined,
    redirect_uris: [],
    response_types: [],
    grant_types: [DEVICE_GRANT],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: url,
  })
}

describe('races on the embedded database', () => {
  races(async () => ({ window: await openWindow({ clients: [RP] }), stop: async () => undefined }))
})

requires('postgresql', 'redis')('races on PostgreSQL and Redis', () => {
  races(async () => {
    const [postgres, redis] = [await startPostgres(), await startRedis()]
    if (postgres === undefined || redis === undefined) throw new Error('a store does not start')
    const env = { PANJEREH_DATABASE_URL: postgres.url, PANJEREH_REDIS_URL: redis.url }
    const stop = async () => {
      await postgres.stop()
      await redis.stop()
    }
    return { window: await openWindow({ clients: [RP], env }), stop }
  })
})
