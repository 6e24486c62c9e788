import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { codeFor } from '../sandbox/citizen.ts'
import { Agent } from './support/agent.ts'
import { later } from './support/later.ts'
import { CALLBACK, relyingParty, webClient } from './support/relying-party.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const LEADS_AWAY = /(href|action|content|src)="[^"/?]*\/\/evil\.example/
const OTHER = 'https://other.example/callback'
const [RP, SECOND] = [webClient('rp'), webClient('second', { redirect_uris: [OTHER] })]

let window: TestWindow
beforeAll(async () => {
  window = await openWindow({ clients: [RP, SECOND] })
})
afterAll(() => window.close())

const party = () => relyingParty(window, RP)

describe('RFC 9700', () => {
  it.each([
    'https://rp.example/callback/../callback',
    'https://rp.example/callbackx',
    'https://rp.example/callback?x=1',
    'https://rp.example/callback#f',
    'https://rp.example:444/callback',
    'https://RP.example/Callback',
    'https://user@rp.example/callback',
    'http://rp.example/callback',
    'https://rp.example.evil.example/callback',
    'javascript:alert(1)',
  ])('4.1: sends nobody to %s', async (redirect) => {
    const { url } = await (await party()).request({ redirect_uri: redirect })
    const seen = await new Agent(window).get(url)
    expect(seen.away).toBeUndefined()
    expect(seen.status).toBe(400)
  })

  it('2.1.1: refuses a request without PKCE, and the plain method', async () => {
    const rp = await party()
    const without = await rp.request()
    without.url.searchParams.delete('code_challenge')
    without.url.searchParams.delete('code_challenge_method')
    const plain = await rp.request({ code_challenge_method: 'plain' })
    for (const { url } of [without, plain]) {
      const seen = await new Agent(window).get(url)
      expect(seen.away?.searchParams.get('error')).toBe('invalid_request')
    }
  })

  it('4.5: a code of one client is nothing to another', async () => {
    const rp = await party()
    const asked = await rp.request()
    const callback = await new Agent(window).signIn(asked.url)
    const answer = await fetch(`${window.url}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`second:${String(SECOND['client_secret'])}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        code_verifier: asked.verifier,
      }),
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('4.4: names itself in every answer, errors too (RFC 9207)', async () => {
    const rp = await party()
    const { url } = await rp.request({ prompt: 'none' })
    expect((await new Agent(window).get(url)).away?.searchParams.get('iss')).toBe(window.url)
  })

  it.each(['token', 'id_token', 'code token', 'code id_token'])(
    '2.1.2: does not know response_type %s',
    async (type) => {
      const { url } = await (await party()).request({ response_type: type })
      const seen = await new Agent(window).get(url)
      const error =
        seen.away?.searchParams.get('error') ??
        new URLSearchParams(seen.away?.hash.slice(1)).get('error')
      expect(error).toBe('unsupported_response_type')
    },
  )
})

describe('an interaction', () => {
  async function begun() {
    const agent = new Agent(window)
    const { url } = await (await party()).request()
    return { agent, page: await agent.get(url) }
  }

  it('belongs to the browser that began it', async () => {
    const { page } = await begun()
    const seen = await new Agent(window).get(page.url)
    expect(seen.status).toBe(410)
    expect(seen.html).not.toContain('name="mobile"')
  })

  it('takes no answer without its own token', async () => {
    const { agent, page } = await begun()
    for (const csrf of ['', 'wrong']) {
      const seen = await agent.post(page.url, { mobile: '09121234567', csrf })
      expect(seen.html).toContain('name="mobile"')
    }
  })

  it('takes no answer from another site', async () => {
    const { page } = await begun()
    const answer = await fetch(page.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ mobile: '09121234567' }),
    })
    expect(answer.status).toBe(410)
  })

  it('survives what is too long, repeated or broken', async () => {
    const { agent, page } = await begun()
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    const { mobile } = agent
    const bodies = [
      new URLSearchParams([
        ['csrf', csrf],
        ['mobile', mobile],
        ['mobile', mobile],
      ]),
      new URLSearchParams({ csrf, mobile, more: 'x'.repeat(70_000) }),
      new URLSearchParams({ csrf, mobile, more: '\0' }),
      new URLSearchParams([...Array(40).keys()].map((n) => [`f${n}`, ''])),
    ]
    for (const body of bodies)
      expect((await agent.post(page.url, body)).html).toContain('name="mobile"')
    // None of it was taken in part: nothing was sent to the number.
    expect(await (await fetch(`${window.inboxUrl}/messages?to=${mobile}`)).json()).toEqual([])
  })

  it('is over when it has run out, and is no way in any more', async () => {
    const { agent, page } = await begun()
    await later(31 * 60_000, async () => {
      const shown = await agent.get(page.url)
      const sent = await agent.submit(page, { mobile: agent.mobile }, 'mobile')
      expect([shown.status, sent.status]).toEqual([410, 410])
      expect(shown.html + sent.html).not.toContain('name="mobile"')
    })
  })

  it('is over when it is done: what was sent once is nothing the second time', async () => {
    const { agent, page } = await begun()
    const code = await agent.submit(page, { mobile: agent.mobile }, 'mobile')
    const sent = await codeFor(window.inboxUrl, agent.mobile, new Date(0))
    const end = await agent.walk(await agent.submit(code, { code: sent }, 'code'))
    expect(end.away?.searchParams.has('code')).toBe(true)
    for (const [form, fields] of [
      [page, { mobile: agent.mobile }],
      [code, { code: sent }],
    ] as const) {
      const again = await agent.submit(form, fields)
      expect([again.status, again.away]).toEqual([410, undefined])
    }
  })
})

describe('session fixation', () => {
  /** Every cookie of the one, put into the browser of the other. */
  function plant(from: Agent, into: Agent, url: URL): void {
    const cookies = from.jar.header(url).split('; ')
    into.jar.take(
      url,
      cookies.map((cookie) => `${cookie}; path=/`),
    )
  }

  const cookieOf = (agent: Agent) =>
    /panjereh_session=([^;]+)/.exec(agent.jar.header(new URL(window.url)))?.[1]

  it('a session that was planted is not the one that is signed in', async () => {
    const rp = await party()
    const [attacker, victim] = [new Agent(window), new Agent(window)]
    const own = (await rp.signIn({}, attacker)).tokens.claims()
    const planted = cookieOf(attacker)
    plant(attacker, victim, new URL(window.url))
    expect(cookieOf(victim)).toBe(planted)
    const asked = await rp.request({ prompt: 'login' })
    const signedIn = await victim.walk(await victim.get(asked.url))
    // Another person than the session's: that session is ended first.
    const end = await victim.walk(await victim.submit(signedIn, {}, 'xsrf'))
    const tokens = await rp.redeem(end.away ?? asked.url, asked)
    expect(tokens.claims()?.sub).not.toBe(own?.sub)
    expect(cookieOf(victim)).not.toBe(planted)
    // That session is over for the attacker too, who is nobody now and not the victim.
    const { url } = await rp.request({ prompt: 'none' })
    expect((await attacker.get(url)).away?.searchParams.get('error')).toBe('login_required')
    expect((await victim.get(url)).away?.searchParams.has('code')).toBe(true)
  })

  it('an interaction that was planted gives its planter nothing', async () => {
    const [attacker, victim] = [new Agent(window), new Agent(window)]
    const { url } = await (await party()).request()
    const page = await attacker.get(url)
    const resume = new URL(page.url.pathname.replace('/interaction', '/oauth2/authorize'), page.url)
    plant(attacker, victim, page.url)
    plant(attacker, victim, resume)
    const end = await victim.walk(await victim.get(page.url))
    expect(end.away?.searchParams.has('code')).toBe(true)
    for (const address of [page.url, resume]) {
      const seen = await attacker.get(address)
      expect(seen.away).toBeUndefined()
      expect(seen.status).toBeGreaterThanOrEqual(400)
    }
    const { url: quiet } = await (await party()).request({ prompt: 'none' })
    expect((await attacker.get(quiet)).away?.searchParams.get('error')).toBe('login_required')
  })
})

describe('what comes in', () => {
  it.each(['state', 'client_id', 'scope', 'redirect_uri'])(
    'is refused when %s stands twice',
    async (name) => {
      const { url } = await (await party()).request()
      url.searchParams.append(name, 'twice')
      const seen = await new Agent(window).get(url)
      const error = seen.away?.searchParams.get('error')
      expect(error ?? seen.status).toEqual(error ? 'invalid_request' : 400)
    },
  )

  it('is never repeated on an error page as markup', async () => {
    const evil = '<script>alert(1)</script>'
    const seen = await new Agent(window).get(
      `/oauth2/authorize?${new URLSearchParams({ client_id: evil, redirect_uri: evil })}`,
    )
    expect(seen.status).toBe(400)
    expect(seen.html).not.toContain(evil)
  })

  it('is answered by a page with the request id', async () => {
    const seen = await new Agent(window).get('/nowhere')
    expect(seen.status).toBe(404)
    expect(seen.html).toContain(seen.headers.get('x-request-id') ?? 'none')
  })

  it.each([
    ['without a client', {}],
    ['with a client that has not registered it', { client_id: 'rp' }],
  ])('cannot make the logout an open redirect, %s', async (_how, more: Record<string, string>) => {
    const rp = await party()
    const { agent } = await rp.signIn()
    const evil = { post_logout_redirect_uri: 'https://evil.example/', state: 'x', ...more }
    const asked = await agent.get(`/oauth2/logout?${new URLSearchParams(evil)}`)
    expect(asked.away).toBeUndefined()
    expect(asked.html).not.toMatch(LEADS_AWAY)
    if (asked.status === 400) return
    const end = await agent.submit(asked, { logout: 'yes', ...evil }, 'xsrf')
    expect([end.status, end.away]).toEqual([200, undefined])
    expect(end.html).not.toMatch(LEADS_AWAY)
  })

  it('cannot sign anybody out from another site', async () => {
    const rp = await party()
    const { agent } = await rp.signIn()
    const asked = await agent.get('/oauth2/logout')
    const action = /<form[^>]*action="([^"]+)"/.exec(asked.html)?.[1] ?? ''
    for (const xsrf of ['', 'guessed']) await agent.post(action, { xsrf, logout: 'yes' })
    const { url } = await rp.request({ prompt: 'none' })
    expect((await agent.get(url)).away?.searchParams.has('code')).toBe(true)
  })

  it('leaves no number in the events', async () => {
    const agent = new Agent(window)
    const { url } = await (await party()).request()
    await agent.signIn(url)
    await window.ports.events.flush()
    const told = JSON.stringify(await window.ports.eventLog.list({ limit: 500 }))
    expect(told).not.toContain(agent.mobile.slice(1))
  })
})
