import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import type Provider from 'oidc-provider'
import { random } from '../../adapters/system/random.ts'
import { PanjerehError } from '../../src/errors.ts'
import { faultPage } from '../../src/http/fault-page.ts'
import { listen } from '../../src/oidc/event-tap.ts'
import { requestContext } from '../../src/http/request-context.ts'
import { loadAssets } from '../../src/pages/assets.ts'

const logged: unknown[] = []

/** An answer that is a redirect with a code, and is not to go out. */
const failing: Koa.Middleware = (ctx) => {
  ctx.redirect('https://rp.example/callback?code=secret')
  throw new PanjerehError('event_not_written', 'an event was not kept')
}

async function faulty(path: string, answers = failing): Promise<Response> {
  const app = new Koa()
  listen(app as unknown as Provider, { note: () => undefined, write: async () => undefined })
  app.use(requestContext({ random }))
  app.use(faultPage({ assets: loadAssets(), log: (error) => logged.push(error) }))
  app.use(answers)
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const headers = { accept: 'text/html' }
    return await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' })
  } finally {
    server.close()
  }
}

describe('the page of a fault', () => {
  it('takes back the answer that was on its way', async () => {
    const answer = await faulty('/')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.text()).not.toContain('secret')
  })

  it('is not drawn over what oidc-provider said by itself; the log has the reason', async () => {
    const cause = new PanjerehError('storage_unavailable', 'Redis does not answer')
    const answer = await faulty('/', (ctx) => {
      ctx.status = 500
      ctx.body = { error: 'server_error' }
      ctx.app.emit('server_error', ctx, cause)
    })
    expect([answer.status, await answer.json()]).toEqual([500, { error: 'server_error' }])
    expect(logged).toContain(cause)
  })

  it('links to the other languages here, whatever the path begins with', async () => {
    const page = await (await faulty('//evil.example/x')).text()
    expect(page).toContain('href="/evil.example/x?lang=en"')
    expect(page).not.toContain('href="//')
  })
})
