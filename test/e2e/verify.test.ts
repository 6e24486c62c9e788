import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { verifySite, type VerifySite } from '../extensions/verify/support/verify-site.ts'
import { honest, signer } from '../signing/verify/support/attacked.ts'
import { requires } from '../support/skips.ts'

requires('chromium')('verification in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'verify-e2e-'))
  const [good, large, other] = ['good.pdf', 'large.pdf', 'other.pdf'].map((name) =>
    join(directory, name),
  ) as [string, string, string]
  let browser: Browser
  let site: VerifySite

  beforeAll(async () => {
    writeFileSync(good, honest)
    writeFileSync(other, 'no PDF')
    writeFileSync(large, honest)
    truncateSync(large, 50 * 1024 * 1024 + 1)
    site = await verifySite({ anchors: [signer.certificate] })
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    rmSync(directory, { recursive: true })
  })

  async function opened(hasScript: boolean): Promise<{ page: Page; faults: string[] }> {
    const context = await browser.newContext({ javaScriptEnabled: hasScript })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (said) => {
      if (/Content Security Policy/i.test(said.text())) faults.push(said.text())
    })
    await page.goto(`${site.url}/verify`)
    return { page, faults }
  }

  it.each([true, false])('leads to a result (script: %s)', async (hasScript) => {
    const { page, faults } = await opened(hasScript)
    await page.locator('#document').setInputFiles(good)
    await page.locator('form[data-verify] button').click()
    await page.waitForURL(/\/verify\/results\/[\w-]{22}$/)
    expect(await page.locator('h1').textContent()).toBe('امضا معتبر است')
    const [download] = hasScript
      ? await Promise.all([
          page.waitForEvent('download'),
          page.locator('a[href$="/revisions/1.pdf"]').click(),
        ])
      : [undefined]
    if (download) expect(download.suggestedFilename()).toBe('signed-revision-1.pdf')
    await page.locator('button[value=forget]').click()
    await page.getByText('سند و گزارش پاک شد').waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows how far it is, and that it works', async () => {
    const { page } = await opened(true)
    await page.route('**/verify', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      await route.continue()
    })
    await page.locator('#document').setInputFiles(good)
    await page.locator('form[data-verify] button').click()
    await page.locator('progress').waitFor({ state: 'visible' })
    expect(await page.locator('form').getAttribute('aria-busy')).toBe('true')
    await page.waitForURL(/\/results\//)
    await page.context().close()
  })

  it('says what is wrong without leaving the page', async () => {
    const { page, faults } = await opened(true)
    let sent = 0
    page.on('request', (request) => (sent += request.method() === 'POST' ? 1 : 0))
    await page.locator('#document').setInputFiles(large)
    await page.locator('form[data-verify] button').click()
    const wrong = page.locator('#fault')
    await wrong.waitFor({ state: 'visible' })
    expect(await wrong.textContent()).toContain('۵۰ مگابایت')
    expect(sent).toBe(0)
    await page.locator('#document').setInputFiles(other)
    await page.locator('form[data-verify] button').click()
    await page.getByText('این پرونده PDF نیست').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('fault')
    expect([page.url(), sent]).toEqual([`${site.url}/verify`, 1])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('says what is wrong without a script, too', async () => {
    const { page } = await opened(false)
    await page.locator('#document').setInputFiles(other)
    await page.locator('form[data-verify] button').click()
    await page.getByText('این پرونده PDF نیست').waitFor()
    await page.context().close()
  })
})
