import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CALLBACK, relyingParty, webClient } from './support/relying-party.ts'
import { Agent } from './support/agent.ts'
import { startPostgres } from './support/postgres.ts'
import { startRedis } from './support/redis.ts'
import { requires } from './support/skips.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const AT_ONCE = 8
const ROUNDS = 5
const RP = webClient('rp')
const AUTHORIZATION = `Basic ${Buffer.from(`rp:${String(RP['client_secret'])}`).toString('base64')}`

/** Of several who spend one thing at once, exactly one wins. */
function races(open: () => Promise<{ window: TestWindow; stop: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let agent: Agent
  beforeAll(async () => {
    opened = await open()
    agent = new Agent(opened.window)
  })
  afterAll(async () => {
    await opened.window.close()
    await opened.stop()
  })

  const post = (path: string, body: Record<string, string>) =>
    fetch(`${opened.window.url}${path}`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION },
      body: new URLSearchParams(body),
    })

  async function oneWins(body: Record<string, string>) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => post('/oauth2/token', body)),
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
