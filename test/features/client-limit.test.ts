import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
beforeAll(async () => {
  window = await openWindow({
    env: {
      PANJEREH_DEMO: 'false',
      PANJEREH_REGISTRATION_OPEN: 'true',
      PANJEREH_MAX_CLIENTS: '2',
    },
  })
})
afterAll(() => window.close())

const register = () =>
  fetch(`${window.url}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['https://rp.example/callback'] }),
  })

describe('PANJEREH_MAX_CLIENTS', () => {
  it('ends registration, leaves what is registered, and is room again after a removal', async () => {
    const first = (await (await register()).json()) as Record<string, string>
    expect((await register()).status).toBe(201)
    const refused = await register()
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(await window.ports.clients.count()).toBe(2)
    await window.ports.clients.remove(String(first['client_id']))
    expect((await register()).status).toBe(201)
  })
})

describe('the first start', () => {
  it('tells that keys were made', async () => {
    const told = await window.ports.eventLog.list({ type: 'key.created', limit: 10 })
    expect(told.length).toBeGreaterThan(0)
  })
})
