import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { outbound } from '../../../adapters/http/outbound.ts'

let server: Server
let url = ''
let hits = 0
beforeAll(async () => {
  server = createServer((_request, response) => {
    hits += 1
    response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`
})
afterAll(() => void server.close())

describe('calls to what clients name', () => {
  it('reach this machine only where agencies live on it, and follow no redirect', async () => {
    const answer = await outbound({ allowInside: true })(url)
    expect(answer.status).toBe(302)
    expect(hits).toBe(1)
  })

  it('are not made without the guard against inside addresses', async () => {
    const call = outbound({ allowInside: false })
    await expect(call('https://rp.example/jwks')).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
  })

  it('are not made without TLS', async () => {
    const call = outbound({ allowInside: false })
    const init = { dispatcher: {} } as RequestInit
    await expect(call(url, init)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(hits).toBe(1)
  })
})
