import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { metrics } from '../../src/http/metrics.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const TOKEN = 'a-token-of-the-monitoring'

describe('the metrics', () => {
  const client = webClient('counted')
  let window: TestWindow

  beforeAll(async () => {
    window = await openWindow({ clients: [client], env: { PANJEREH_METRICS_TOKEN: TOKEN } })
  })
  afterAll(() => window?.close())

  const get = (headers: Record<string, string> = {}) => fetch(`${window.url}/metrics`, { headers })
  const scrape = async () => (await get({ authorization: `Bearer ${TOKEN}` })).text()

  it('are for who bears the token', async () => {
    expect((await get()).status).toBe(404)
    expect((await get({ authorization: 'Bearer another-token-of-a-stranger' })).status).toBe(404)
    expect((await get({ authorization: `Bearer ${TOKEN}` })).status).toBe(200)
  })

  it('count what becomes of the certificates of seals', async () => {
    const measured = metrics()
    for (const outcome of ['made', 'failed', 'failed']) measured.countSeal(outcome)
    const told = await measured.registry.metrics()
    expect(told).toContain('panjereh_seal_certificates_total{outcome="failed"} 2')
  })

  it('count what people did, by type, and what was asked, by route', async () => {
    const party = await relyingParty(window, client)
    await party.signIn()
    const { agent } = await party.signIn()
    const told = await scrape()
    expect(told).toContain('panjereh_events_total{type="sign_in.completed"} 2')
    expect(told).toContain('panjereh_events_total{type="code.sent"} 2')
    expect(told).toMatch(/panjereh_http_request_seconds_count\{route="token",.*status="200"} 2/)
    expect(told).toContain('panjereh_events_dropped_total 0')
    expect(told).not.toContain(agent.mobile.slice(1))
  })
})
