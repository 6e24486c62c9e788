import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { codeFor } from '../../sandbox/citizen.ts'
import { freshMobile } from '../support/agent.ts'
import { relyingParty, webClient, type Request } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

interface Tab {
  readonly page: Page
  /** What the browser complained of and whatever it fetched from elsewhere. */
  readonly faults: string[]
  close(): Promise<void>
}

requires('chromium')('a citizen in a browser', () => {
  let window: TestWindow
  let browser: Browser
  let agency: Server
  let callback: string
  let party: Awaited<ReturnType<typeof relyingParty>>

  beforeAll(async () => {
    agency = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><link rel="icon" href="data:,"><title>Agency</title>')
    }).listen(0, '127.0.0.1')
    await once(agency, 'listening')
    callback = `http://127.0.0.1:${(agency.address() as { port: number }).port}/callback`
    const client = webClient('agency', { redirect_uris: [callback], client_name: 'A Service' })
    window = await openWindow({ clients: [client] })
    party = await relyingParty(window, client)
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await window?.close()
    agency?.close()
  })

  const ask = (params: Record<string, string> = {}) =>
    party.request({ redirect_uri: callback, ...params })

  async function tab(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Tab> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const faults: string[] = []
    const own = [new URL(window.url).origin, new URL(callback).origin]
    page.on('console', (said) => {
      if (/error|warning/.test(said.type())) faults.push(said.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol !== 'data:' && !own.includes(origin)) faults.push(`fetched ${request.url()}`)
    })
    return { page, faults, close: () => context.close() }
  }

  async function enterNumber(page: Page, mobile: string): Promise<void> {
    await page.fill('[name=mobile]', mobile)
    await page.press('[name=mobile]', 'Enter')
    await page.waitForSelector('[name=code]')
  }

  const codeTo = (mobile: string) => codeFor(window.inboxUrl, mobile, new Date(0))

  /** From the code to the offer of a passkey. */
  async function enterCode(page: Page, mobile: string): Promise<void> {
    await page.fill('[name=code]', await codeTo(mobile))
    await page.press('[name=code]', 'Enter')
    await page.waitForSelector('[name=attestation]', { state: 'attached' })
  }

  const atAgency = (page: Page) => page.waitForURL((url) => url.href.startsWith(callback))

  async function claimsOf(page: Page, asked: Request) {
    await atAgency(page)
    const claims = (await party.redeem(new URL(page.url()), asked)).claims()
    if (claims === undefined) throw new Error('no ID token')
    return claims
  }

  describe.each([
    { locale: 'fa', dir: 'rtl', title: 'شماره' },
    { locale: 'en', dir: 'ltr', title: 'Sign in with your mobile number' },
  ])('in $locale', ({ locale, dir, title }) => {
    it('signs in by message, makes a passkey, and signs in by it', async () => {
      const { page, faults, close } = await tab()
      await addAuthenticator(page)
      const mobile = freshMobile()

      const first = await ask({ ui_locales: locale })
      await page.goto(first.url.href)
      expect(await page.getAttribute('html', 'lang')).toBe(locale)
      expect(await page.getAttribute('html', 'dir')).toBe(dir)
      expect(await page.textContent('h1')).toContain(title)
      await enterNumber(page, inPersianDigits(mobile))

      const code = await codeTo(mobile)
      await page.fill('[name=code]', otherThan(code))
      await page.press('[name=code]', 'Enter')
      await page.waitForSelector('#wrong')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('wrong')
      expect(await page.getAttribute('[name=code]', 'aria-invalid')).toBe('true')

      await paste(page, '[name=code]', ` ${code.slice(0, 3)} ${code.slice(3)} `)
      await page.press('[name=code]', 'Enter')
      await page.click('[data-passkey=create]')
      const byMessage = await claimsOf(page, first)
      expect(byMessage['amr']).toEqual(expect.arrayContaining(['otp', 'sms']))

      // Proofs are known by their second.
      await pause(1100)
      const second = await ask({ ui_locales: locale, prompt: 'login' })
      await page.goto(second.url.href)
      await page.click('button[value=passkey]')
      await page.click('[data-passkey=get]')
      const byPasskey = await claimsOf(page, second)
      expect(byPasskey['amr']).toEqual(expect.arrayContaining(['user', 'mfa']))
      expect(byPasskey.sub).toBe(byMessage.sub)
      expect(faults).toEqual([])
      await close()
    }, 60_000)
  })

  it('cancels, and the service is told', async () => {
    const { page, faults, close } = await tab()
    const asked = await ask()
    await page.goto(asked.url.href)
    await page.click('button[value=cancel]')
    await atAgency(page)
    const answer = new URL(page.url()).searchParams
    expect(answer.get('error')).toBe('access_denied')
    expect(answer.get('state')).toBe(asked.state)
    expect(answer.has('code')).toBe(false)
    expect(faults).toEqual([])
    await close()
  }, 30_000)

  it('changes the language and stays where it was', async () => {
    const { page, faults, close } = await tab()
    const asked = await ask({ ui_locales: 'fa' })
    const mobile = freshMobile()
    await page.goto(asked.url.href)
    await enterNumber(page, mobile)
    await page.click('.languages a')
    await page.waitForSelector('html[lang=en]')
    expect(await page.textContent('h1')).toContain('Enter the code')
    await enterCode(page, mobile)
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expect(faults).toEqual([])
    await close()
  }, 30_000)

  it('goes back and forth without harm', async () => {
    const { page, close } = await tab()
    const asked = await ask()
    const mobile = freshMobile()
    await page.goto(asked.url.href)
    await enterNumber(page, mobile)
    await page.goBack()
    await page.goForward()
    await page.waitForSelector('[name=code]')
    await enterCode(page, mobile)
    await page.goBack()
    await page.reload()
    await page.click('button[value=skip]')
    expect((await claimsOf(page, asked)).sub).toBeTruthy()
    await page.goBack()
    expect(await page.locator('h1').count()).toBeLessThanOrEqual(1)
    await close()
  }, 30_000)

  it('presses twice and is sent one message', async () => {
    const { page, faults, close } = await tab()
    const mobile = freshMobile()
    const posts: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(request.url())
    })
    await page.goto((await ask()).url.href)
    await page.fill('[name=mobile]', mobile)
    await page.dblclick('form .button')
    await page.waitForSelector('[name=code]')
    await codeTo(mobile)
    await pause(300)
    const messages = await fetch(`${window.inboxUrl}/messages?to=${mobile}`)
    expect((await messages.json()) as unknown[]).toHaveLength(1)
    expect(posts).toHaveLength(1)
    expect(faults).toEqual([])
    await close()
  }, 30_000)

  it('signs in without JavaScript', async () => {
    const { page, close } = await tab({ javaScriptEnabled: false })
    const asked = await ask()
    const mobile = freshMobile()
    await page.goto(asked.url.href)
    expect(await page.locator('button[value=passkey]:visible').count()).toBe(0)
    await enterNumber(page, inPersianDigits(mobile))
    await enterCode(page, mobile)
    expect(await page.locator('[data-passkey]:visible').count()).toBe(0)
    await page.click('button[value=skip]')
    expect((await claimsOf(page, asked))['amr']).toEqual(expect.arrayContaining(['otp']))
    await close()
  }, 30_000)
})

/** A platform authenticator that says yes. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

async function paste(page: Page, selector: string, text: string): Promise<void> {
  await page.focus(selector)
  await page.keyboard.insertText(text)
}

function inPersianDigits(text: string): string {
  return text.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? digit)
}

function otherThan(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`
}
