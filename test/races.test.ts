import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CALLBACK, relyingParty, webClient } from './support/relying-party.ts'
import { Agent } from './support/agent.ts'
import { confirmed, openKiosk } from './support/kiosk.ts'
import { startPostgres } from './support/postgres.ts'
import { startRedis } from './support/redis.ts'
import { requires } from './support/skips.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const AT_ONCE = 8
const ROUNDS = 20
const RP = webClient('rp')
const AUTHORIZATION = `Basic ${Buffer.from(`rp:${String(RP['client_secret'])}`).toString('base64')}`

/** Of several who spend one thing at once, exactly one wins. */
function races(open: () => Promise<{ window: TestWindow; stop: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let agent: Agent
  let kiosk: Awaited<ReturnType<typeof openKiosk>>
  beforeAll(async () => {
    opened = await open()
    agent = new Agent(opened.window)
    kiosk = await openKiosk()
    await opened.window.ports.clients.put(kiosk.metadata)
  })
  afterAll(async () => {
    await kiosk.close()
    await opened.window.close()
    await opened.stop()
  })

  const post = (path: string, body: Record<string, string>) =>
    fetch(`${opened.window.url}${path}`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION },
      body: new URLSearchParams(body),
    })

  const atOnce = <Answer>(act: () => Promise<Answer>) =>
    Promise.all(Array.from({ length: AT_ONCE }, act))

  async function oneWins(act: () => Promise<{ status: number }>) {
    const answers = await atOnce(act)
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(AT_ONCE - 1).fill(400),
    ])
  }

  it('a code is redeemed once', async () => {
    const rp = await relyingParty(opened.window, RP)
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = await rp.request()
      const callback = await agent.signIn(asked.url)
      const code = callback.searchParams.get('code') ?? ''
      const fields = { code, redirect_uri: CALLBACK, code_verifier: asked.verifier }
      const body = { grant_type: 'authorization_code', ...fields }
      await oneWins(() => post('/oauth2/token', body))
    }
  })

  it('a refresh token is rotated once', async () => {
    const rp = await relyingParty(opened.window, RP)
    for (let round = 0; round < ROUNDS; round += 1) {
      const { tokens } = await rp.signIn({}, agent)
      const body = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
      await oneWins(() => post('/oauth2/token', body))
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
    const at = kiosk.at(opened.window)
    for (let round = 0; round < ROUNDS; round += 1) {
      const client_assertion = await at.assertion()
      const body = { scope: 'openid', client_assertion }
      const answers = await atOnce(() => at.post('/oauth2/device_authorization', body))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    }
  })

  it('a device code is redeemed once', async () => {
    const at = kiosk.at(opened.window)
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = await at.start()
      await agent.walk(await confirmed(agent, started))
      await oneWins(() => at.poll(started))
    }
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
