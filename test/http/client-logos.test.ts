import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { publicGet } from '../../adapters/http/public-get.ts'
import { readLogo } from '../../src/cli/client-logo.ts'
import { Agent } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

/** What an agency's own server says: true or not. */
const FILES: Readonly<Record<string, Buffer>> = {
  '/logo.png': PNG,
  '/script.png': Buffer.from(SVG),
  '/huge.png': Buffer.concat([PNG, Buffer.alloc(70_000)]),
}

describe('a service’s logo', () => {
  let server: Server
  let site: string
  let window: TestWindow

  beforeAll(async () => {
    server = createServer((request, response) => {
      const file = FILES[request.url ?? '']
      response.writeHead(file ? 200 : 302, { 'content-type': 'image/png', location: '/logo.png' })
      response.end(file)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    site = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    window = await openWindow({ clients: [webClient('deeds', { client_name: 'Deeds' })] })
  })

  afterAll(async () => {
    await window?.close()
    server.close()
  })

  const here = { isProduction: false }
  const named = (path: string) => webClient('deeds', { logo_uri: `${site}${path}` })

  async function signInPage(): Promise<string> {
    const party = await relyingParty(window, webClient('deeds'))
    const { html } = await new Agent(window).get((await party.request()).url)
    return html
  }

  it('stands on the page from our own origin, as a picture and nothing else', async () => {
    expect(await signInPage()).toContain('<span class="initial" aria-hidden="true">D</span>')
    await window.ports.logos.put('deeds', await readLogo(named('/logo.png'), {}, here))
    const src = /<img class="logo" src="([^"]+)" alt="" \/>/.exec(await signInPage())?.[1] ?? ''
    const answer = await fetch(new URL(src, window.url))
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    await window.ports.logos.remove('deeds')
    expect(await signInPage()).not.toContain('<img')
    expect((await fetch(new URL(src, window.url))).status).toBe(404)
  })

  it('goes with its service', async () => {
    await window.ports.clients.put(webClient('brief'))
    await window.ports.logos.put('brief', { type: 'image/png', body: PNG })
    const hash = (await window.ports.logos.hashOf('brief')) ?? ''
    expect(await window.ports.logos.find(hash)).toBeDefined()
    await window.ports.clients.remove('brief')
    expect(await window.ports.logos.find(hash)).toBeUndefined()
  })

  it.each([
    ['a document that calls itself a picture', '/script.png', 'a PNG, JPEG or WebP'],
    ['more than was said', '/huge.png', 'is too large'],
    ['a way to elsewhere', '/moved.png', 'answered 302'],
  ])('is not %s', async (_, path, why) => {
    await expect(readLogo(named(path), {}, here)).rejects.toThrow(why)
  })

  it.each([
    ['http', 'http://example.ir/logo.png', 'only https'],
    ['an address inside', 'https://10.1.2.3/logo.png', 'an address inside'],
    ['loopback of IPv6', 'https://[::1]/logo.png', 'an address inside'],
    ['IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/logo.png', 'an address inside'],
    ['a name that leads inside', 'https://localhost/logo.png', 'did not answer'],
  ])('is not fetched by %s before a people', async (_, address, why) => {
    const limits = { allowInside: false, maxBytes: 1000 }
    await expect(publicGet(address, limits)).rejects.toThrow(why)
  })

  it('was refused at that name for where it leads, not for who is there', async () => {
    const limits = { allowInside: false, maxBytes: 1000 }
    await expect(publicGet('https://localhost/logo.png', limits)).rejects.toMatchObject({
      cause: { message: 'localhost is inside' },
    })
  })
})
