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
    const answer = await outbound({ allowInside: true, insideHosts: [] })(url)
    expect(answer.status).toBe(302)
    expect(hits).toBe(1)
  })

  it('are not made without the guard against inside addresses', async () => {
    const call = outbound({ allowInside: false, insideHosts: [] })
    await expect(call('https://rp.example/jwks')).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
  })

  it('reach a host at a private address that the operator has named, and no other', async () => {
    let connections = 0
    const inside = createServer().on('connection', () => (connections += 1))
    inside.listen(0, '127.0.0.1')
    await once(inside, 'listening')
    const { port } = inside.address() as { port: number }
    // What is named goes past the guard, and fails here since nobody speaks TLS.
    const call = outbound({ allowInside: false, insideHosts: ['127.0.0.1'] })
    await expect(call(`https://localhost:${port}/`)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
    expect(connections).toBe(0)
    await expect(call(`https://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(connections).toBe(1)
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
    inside.closeAllConnections()
    inside.close()
  })

  it('are not made without TLS', async () => {
    const call = outbound({ allowInside: false, insideHosts: [] })
    const init = { dispatcher: {} } as RequestInit
    await expect(call(url, init)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(hits).toBe(1)
  })
})
