import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openTlsWindow, type TlsWindow } from '../support/tls-window.ts'

describe('cookies where there is TLS', () => {
  const client = webClient('cookies')
  let window: TlsWindow

  beforeAll(async () => {
    window = await openTlsWindow({ clients: [client] })
  })
  afterAll(() => window?.close())

  it('are of this host alone: a neighbour can plant neither a session nor a device', async () => {
    const party = await relyingParty(window, client)
    const agent = new Agent(window)
    await party.signIn({}, agent)
    const sent = agent.jar.header(new URL(window.url)).split('; ')
    for (const name of ['panjereh_session', 'panjereh_device']) {
      const held = sent.find((cookie) => cookie.startsWith(`__Host-${name}=`))
      expect(held).toBeDefined()
      expect(sent.some((cookie) => cookie.startsWith(`${name}=`))).toBe(false)
    }
    const planted = { cookie: sent.map((cookie) => cookie.replace(/^__Host-/, '')).join('; ') }
    const known = { cookie: sent.join('; ') }
    const { url } = await party.request({ prompt: 'none' })
    const answers = [planted, known].map((headers) =>
      fetch(url, { headers, redirect: 'manual' }).then((answer) => answer.headers.get('location')),
    )
    const [refused, taken] = await Promise.all(answers)
    expect(refused).toContain('error=login_required')
    expect(taken).toContain('code=')
  })
})
