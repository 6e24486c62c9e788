import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { Agent } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

requires('chromium')('the captcha in a browser', () => {
  let window: TestWindow
  let browser: Browser
  let party: Awaited<ReturnType<typeof relyingParty>>

  beforeAll(async () => {
    const client = webClient('agency')
    // Half of four messages a minute is two: the third visitor is asked.
    window = await openWindow({
      clients: [client],
      env: {
        PANJEREH_CAPTCHA: 'proof-of-work',
        PANJEREH_CAPTCHA_BITS: '12',
        PANJEREH_OTP_SENDS_PER_MINUTE_OVERALL: '4',
      },
    })
    party = await relyingParty(window, client)
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
    for (let i = 0; i < 2; i += 1) {
      const agent = new Agent(window)
      await agent.submit(await agent.get((await party.request()).url), { mobile: agent.mobile })
    }
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await window?.close()
  })

  const begin = async (javaScriptEnabled: boolean) => {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (said) => {
      if (/error|warning/.test(said.type())) faults.push(said.text())
    })
    await page.goto((await party.request({ ui_locales: 'en' })).url.href)
    await page.fill('[name=mobile]', javaScriptEnabled ? '09121112233' : '09121112244')
    await page.press('[name=mobile]', 'Enter')
    return { page, faults, context }
  }

  it('works by itself and goes on to the code', async () => {
    const { page, faults, context } = await begin(true)
    await page.waitForSelector('[name=code]')
    expect(faults).toEqual([])
    await context.close()
  })

  it('asks a question where no script runs, and says how long to wait', async () => {
    const { page, context } = await begin(false)
    const question = (await page.textContent('label[for=sum]')) ?? ''
    const [one = 0, other = 0] = question.match(/\d+/g)?.map(Number) ?? []
    await page.fill('[name=sum]', String(one + other))
    await page.press('[name=sum]', 'Enter')
    expect(await page.textContent('#wrong')).toContain('Please wait')
    expect(await page.textContent('main')).toMatch(/You can go on in:\s*0:\d\d/)
    await context.close()
  })
})
