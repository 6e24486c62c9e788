import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { launchChromium } from '../../sandbox/browser.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent, freshMobile, type Seen } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let agency: Server
let answers: URLSearchParams[] = []
let callback = ''
let posted: ReturnType<typeof webClient>

beforeAll(async () => {
  agency = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (request.method === 'POST') answers.push(new URLSearchParams(body))
      response.setHeader('content-type', 'text/html')
      response.end('<h1>the agency</h1>')
    })
  }).listen(0, '127.0.0.1')
  await once(agency, 'listening')
  callback = `http://127.0.0.1:${(agency.address() as AddressInfo).port}/callback`
  posted = webClient('posted', { redirect_uris: [callback], 'client_name#fa': 'خدمت نمونه' })
  window = await openWindow({ clients: [webClient('rp'), posted] })
})
afterAll(async () => {
  await window.close()
  agency.close()
})

const rpOf = () => relyingParty(window, webClient('rp'))
const post = async (params: Record<string, string> = {}) =>
  (await relyingParty(window, posted)).request({
    redirect_uri: callback,
    response_mode: 'form_post',
    ...params,
  })

/** Ours, by its look; without anything that the policy would have to make an exception for. */
function expectOurs(seen: Seen, locale: 'fa' | 'en'): void {
  expect(seen.html).toContain(`<html lang="${locale}" dir="${locale === 'fa' ? 'rtl' : 'ltr'}">`)
  expect(seen.html).not.toMatch(/Submitting Callback|<script>|<noscript>/)
  expect(seen.headers.get('cache-control')).toBe('no-store')
  const policy = seen.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('sha256')
  const [form] = formsOf(seen.html)
  expect(form?.method).toBe('post')
  expect(form?.buttons).toEqual([{ value: '' }])
  expect(seen.html).toContain(`>${locale === 'fa' ? 'ادامه' : 'Continue'}</button>`)
}

/** Somebody is signed in, and another one signs in at the same browser. */
async function another(params: Record<string, string> = {}) {
  const rp = await rpOf()
  const { agent, tokens } = await rp.signIn()
  const asked = await rp.request({ prompt: 'login', ...params })
  const mobile = freshMobile()
  return {
    rp,
    agent,
    asked,
    mobile,
    first: tokens.claims(),
    seen: await agent.walk(await agent.get(asked.url), { mobile }),
  }
}

describe('another person signs in', () => {
  it('says who is signed out, and goes on without a script', async () => {
    const { rp, agent, asked, mobile, first, seen } = await another()
    expectOurs(seen, 'fa')
    expect(seen.html).toContain('حساب دیگری در این مرورگر وارد است')
    expect(seen.html).toContain('A Service')
    expect([...(formsOf(seen.html)[0]?.fields.keys() ?? [])]).toEqual(['xsrf', 'logout'])
    const end = await agent.walk(await agent.submit(seen, {}, 'xsrf'), { mobile })
    const { tokens } = { tokens: await rp.redeem(end.away ?? new URL('about:blank'), asked) }
    expect(tokens.claims()?.sub).toEqual(expect.any(String))
    expect(tokens.claims()?.sub).not.toBe(first?.sub)
  })

  it("speaks the request's language", async () => {
    const { seen } = await another({ ui_locales: 'en' })
    expectOurs(seen, 'en')
    expect(seen.html).toContain('first signed out of Panjereh')
  })

  it('signs nobody out before the form is sent', async () => {
    const { rp, agent } = await another()
    const { url } = await rp.request({ prompt: 'none' })
    expect((await agent.get(url)).away?.searchParams.has('code')).toBe(true)
  })
})

describe('an answer by form (OAuth 2.0 Form Post Response Mode)', () => {
  it('has exactly the fields of the standard', async () => {
    const state = `"<b>&amp;'x'</b>`
    const { url } = await post({ state })
    const agent = new Agent(window)
    const seen = await agent.walk(await agent.get(url))
    expectOurs(seen, 'fa')
    expect(seen.html).toContain('خدمت نمونه')
    const [form] = formsOf(seen.html)
    expect(form?.action).toBe(callback)
    expect(Object.fromEntries(form?.fields ?? [])).toEqual({
      code: expect.any(String),
      state,
      iss: window.url,
    })
  })

  it('tells of an error in the same way, and with its status', async () => {
    const { url } = await post({ prompt: 'none', ui_locales: 'en', state: 's' })
    const seen = await new Agent(window).get(url)
    expect(seen.status).toBe(400)
    expectOurs(seen, 'en')
    const [form] = formsOf(seen.html)
    expect(Object.fromEntries(form?.fields ?? [])).toEqual({
      error: 'login_required',
      error_description: expect.any(String),
      state: 's',
      iss: window.url,
    })
  })

  it('signs its fields where that is asked for (JARM)', async () => {
    const { url } = await post({ prompt: 'none', response_mode: 'form_post.jwt' })
    const seen = await new Agent(window).get(url)
    expectOurs(seen, 'fa')
    expect([...(formsOf(seen.html)[0]?.fields.keys() ?? [])]).toEqual(['response'])
  })
})

it('leaves by a page of ours where nobody is signed in', async () => {
  const agent = new Agent(window)
  const leaving = await agent.get('/oauth2/logout?ui_locales=en')
  expectOurs(leaving, 'en')
  expect(leaving.html).toContain('Nobody is signed in')
  expect((await agent.submit(leaving, {}, 'xsrf')).url.pathname).toMatch(/logout\/success$/)
})

requires('chromium')('in a browser', () => {
  it('the answer posts itself under the policy, and waits for the button without scripts', async () => {
    const browser = await launchChromium()
    if (browser === undefined) throw new Error('no Chromium')
    try {
      const { url } = await post({ prompt: 'none', state: 'by script' })
      answers = []
      const page = await browser.newPage()
      const faults: string[] = []
      page.on('console', (said) => faults.push(said.text()))
      await page.goto(url.href)
      await page.waitForURL(callback)
      expect(answers.map((one) => one.get('state'))).toEqual(['by script'])
      expect(faults.filter((text) => /policy/i.test(text))).toEqual([])

      const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
      await plain.goto((await post({ prompt: 'none', state: 'by hand' })).url.href)
      expect(answers).toHaveLength(1)
      await plain.getByRole('button', { name: 'ادامه' }).click()
      await plain.waitForURL(callback)
      expect(answers.map((one) => one.get('state'))).toEqual(['by script', 'by hand'])
    } finally {
      await browser.close()
    }
  })
})
