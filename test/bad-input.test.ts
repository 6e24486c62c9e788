import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Agent } from './support/agent.ts'
import { basic, postForm, rawRequest } from './support/raw-flow.ts'
import { webClient } from './support/relying-party.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const RP = webClient('rp')
const AUTH = basic('rp', RP['client_secret'])
const LARGE = 'x'.repeat(70_000)
/** More than Node reads of a head (16 KiB). */
const LONG = 'x'.repeat(20_000)
const FORM = 'application/x-www-form-urlencoded'

let window: TestWindow
beforeAll(async () => {
  window = await openWindow({ clients: [RP], env: { PANJEREH_REGISTRATION_OPEN: 'true' } })
})
afterAll(() => window.close())

const at = (path: string) => `${window.url}${path}`

function post(path: string, body: string, type = FORM, headers: Record<string, string> = AUTH) {
  return fetch(at(path), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': type, accept: 'application/json', ...headers },
    body,
  })
}

/** What a client of today would not let through: bytes on the wire, and the first line that comes back. */
async function wire(text: string): Promise<string> {
  const socket = connect(Number(new URL(window.url).port), '127.0.0.1')
  socket.end(text)
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  // The window hangs up on what it will not read to the end.
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

const GRANT =
  'grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Frp.example%2Fcallback'

describe('the token endpoint', () => {
  it.each(['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id'])(
    'refuses %s that stands twice',
    async (name) => {
      const answer = await post('/oauth2/token', `${GRANT}&${name}=a&${name}=b`)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    },
  )

  it('does not mind a parameter that nobody knows', async () => {
    const answer = await post('/oauth2/token', `${GRANT}&fresh=1`)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it.each(['code=%', 'code=%ZZ', 'code=%E0%A4', '%', '=&=&', '&&&', 'code=%00'])(
    'answers %s by the protocol',
    async (broken) => {
      const answer = await post('/oauth2/token', `grant_type=authorization_code&${broken}`)
      expect(answer.status).toBe(400)
      expect((await answer.json()) as object).toHaveProperty('error')
    },
  )

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x'])(
    'takes no body of type %s',
    async (type) => {
      const answer = await post('/oauth2/token', '{"grant_type":"client_credentials"}', type)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    },
  )
})

describe('endpoints of machines', () => {
  it.each([
    ['/oauth2/introspect', 'token=a&token=b'],
    ['/oauth2/revoke', 'token=a&token=b'],
    ['/oauth2/par', 'scope=openid&scope=phone'],
    ['/oauth2/device_authorization', 'scope=openid&scope=phone'],
  ])('%s refuses what stands twice', async (path, body) => {
    const answer = await post(path, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  it.each(['token', 'par', 'introspect', 'revoke', 'device_authorization', 'register'])(
    '/oauth2/%s refuses a body that is too large',
    async (name) => {
      const isJson = name === 'register'
      const body = isJson ? JSON.stringify({ client_name: LARGE }) : `token=${LARGE}`
      const answer = await post(`/oauth2/${name}`, body, isJson ? 'application/json' : FORM)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    },
  )

  it.each(['PUT', 'DELETE', 'PATCH'])('know no %s', async (method) => {
    for (const path of ['/oauth2/token', '/oauth2/authorize', '/oauth2/introspect', '/']) {
      const answer = await fetch(at(path), { method, headers: { accept: 'application/json' } })
      expect([404, 405]).toContain(answer.status)
    }
  })
})

describe('the pages', () => {
  it('refuse a request by POST that is too large, or no form', async () => {
    expect((await post('/oauth2/authorize', `state=${LARGE}`)).status).toBe(413)
    expect((await post('/oauth2/authorize', '{}', 'application/json')).status).toBe(415)
    expect((await post('/oauth2/logout', `state=${LARGE}`)).status).toBe(413)
  })

  it.each([
    'a=1\r\nLocation: https://evil.example',
    'a=1\nSet-Cookie: x=1',
    'a=\u0000',
    'a=#b',
    'a=é',
  ])('turn no POST of %j into an address', async (body) => {
    const answer = await post('/oauth2/authorize', body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  })

  it.each(['state', 'nonce', 'ui_locales', 'login_hint', 'display'])(
    'put no line of %s into a header',
    async (name) => {
      const evil = 'x\r\nSet-Cookie: evil=1\r\nX-Evil: 1'
      const { url } = rawRequest(window, 'rp', { prompt: 'none', [name]: evil })
      const answer = await fetch(url, { redirect: 'manual' })
      expect(answer.headers.has('x-evil')).toBe(false)
      expect(answer.headers.getSetCookie().join()).not.toContain('evil')
      expect([303, 400]).toContain(answer.status)
    },
  )

  it('put no line of ?lang into a cookie', async () => {
    const answer = await fetch(at('/?lang=fa%0d%0aSet-Cookie:%20evil=1'))
    expect(answer.headers.getSetCookie().join()).not.toContain('evil')
  })

  it.each([
    '/oauth2/authorize?state=%',
    '/oauth2/authorize?client_id=%E0%A4',
    '/%E0%A4%A',
    '/interaction/%',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/device?user_code=%',
    '/?lang=%',
  ])('answer %s without falling', async (path) => {
    const answer = await fetch(at(path), { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect(answer.status).toBeLessThan(500)
    expect(await answer.text()).not.toContain('"dependencies"')
  })

  it('take no answer of another type', async () => {
    const agent = new Agent(window)
    const page = await agent.get(rawRequest(window, 'rp').url)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const fields = { csrf, mobile: agent.mobile }
    const cookie = agent.jar.header(page.url)
    const multipart = new FormData()
    for (const [name, value] of Object.entries(fields)) multipart.set(name, value)
    const headers = { cookie, accept: 'text/html' }
    const json = { ...headers, 'content-type': 'application/json' }
    for (const sent of [
      { headers, body: multipart },
      { headers: json, body: JSON.stringify(fields) },
    ]) {
      await fetch(page.url, { method: 'POST', redirect: 'manual', ...sent })
      // Still the first page: nothing was taken, nothing was sent.
      expect((await agent.get(page.url)).html).toContain('name="mobile"')
    }
  })

  it('take a number with broken encoding for no number', async () => {
    const agent = new Agent(window)
    const page = await agent.get(rawRequest(window, 'rp').url)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const cookie = agent.jar.header(page.url)
    for (const mobile of ['%', '%ZZ', '%E0%A4', '%FF%FE']) {
      const answer = await post(page.url.pathname, `csrf=${csrf}&mobile=${mobile}`, FORM, {
        cookie,
      })
      expect(answer.status).toBeLessThan(500)
      expect((await agent.get(page.url)).html).toContain('name="mobile"')
    }
  })
})

describe('on the wire', () => {
  const head = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'

  it.each([
    ['headers that are too large', `${head}X-Large: ${LONG}\r\n\r\n`, 431],
    ['an address that is too long', `GET /?${LONG} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['a header that is none', `${head}no header\r\n\r\n`, 400],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('%s are refused', async (_what, text, status) => {
    expect(await wire(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it('the window is still open after all of it', async () => {
    expect((await fetch(at('/health/ready'))).status).toBe(200)
    const answer = await postForm(at('/oauth2/token'), { grant_type: 'password' }, AUTH)
    expect(answer.json['error']).toBe('unsupported_grant_type')
  })
})
