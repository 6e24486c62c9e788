import axe, { type RunOnly } from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { openGallery } from '../support/gallery-server.ts'
import { GALLERY } from '../support/page-gallery.ts'
import { requires } from '../support/skips.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const PICTURES = '.screenshots'
/** They take as long as all that is checked: for who wants to look, PANJEREH_SCREENSHOTS=1. */
const areWanted = process.env['PANJEREH_SCREENSHOTS'] === '1'
const LOOKS = (['fa', 'en'] as const).flatMap((locale) =>
  [360, 1280].map((width) => ({ locale, width })),
)

requires('chromium')('the hosted pages', () => {
  let browser: Browser
  let gallery: Awaited<ReturnType<typeof openGallery>>

  beforeAll(async () => {
    await mkdir(PICTURES, { recursive: true })
    gallery = await openGallery()
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
  })
  afterAll(async () => {
    await browser?.close()
    gallery?.close()
  })

  describe.each(LOOKS)('$locale, $width px', ({ locale, width }) => {
    let page: Page
    const faults: string[] = []
    beforeAll(async () => {
      const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' })
      page = await context.newPage()
      page.on('console', (said) => {
        if (/error|warning/.test(said.type())) faults.push(said.text())
      })
    })
    afterAll(() => page.context().close())

    it.each(Object.keys(GALLERY))('%s', async (name) => {
      await page.setViewportSize({ width, height: 780 })
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(`${gallery.url}/${locale}/${name}`)
      await page.evaluate(() => document.fonts.ready.then(() => undefined))
      await page.waitForFunction(areDocumentsThere)
      // By the protocol, which the content security policy does not hold back.
      await page.evaluate(axe.source)
      if (areWanted) await takePicture(page, `${name}-${locale}-${width}-light`)
      expect(await violationsOf(page, RULES.all)).toEqual([])
      expect(await page.locator('h1').count()).toBe(1)
      expect(await smallTargets(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      if (width === 360) await narrowAndDark(page, `${name}-${locale}-${width}-dark`)
      expect(faults).toEqual([])
    })
  })

  /** Colours are the same at any width: the dark ones are looked at once. */
  async function narrowAndDark(page: Page, picture: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'dark' })
    if (areWanted) await takePicture(page, picture)
    expect(await violationsOf(page, RULES.colours)).toEqual([])
    expect(await smallTargets(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await page.setViewportSize({ width: 320, height: 780 })
    expect(await overflow(page)).toBe(0)
  }

  it.each(Object.keys(GALLERY))('%s weighs less than 100 kB as it is sent', async (name) => {
    const page = await browser.newPage()
    const sizes: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'font' || isOfDocument(request.url())) return
      sizes.push(request.sizes().then((size) => size.responseBodySize))
    })
    // Scripts and what they import come before it; what comes later belongs to documents.
    await page.goto(`${gallery.url}/fa/${name}`, { waitUntil: 'load' })
    page.removeAllListeners('requestfinished')
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(1000)
    expect(total).toBeLessThan(100_000)
    await page.close()
  })
})

/** As tall as the whole page, with every document in it drawn. */
async function takePicture(page: Page, name: string): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width, height: Math.max(height, whole) })
  await page.waitForFunction(areDocumentsThere)
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  await page.setViewportSize({ width, height })
}

/** Documents, and what shows them, come after a page that can be used already. */
const isOfDocument = (url: string) => /\/pdfjs-|\/files\//.test(url)

/** Whatever is near is drawn, or said to be broken. */
const areDocumentsThere = () =>
  [...document.querySelectorAll<HTMLElement>('[data-document]')]
    .filter((place) => place.getBoundingClientRect().top < innerHeight)
    .every((place) => place.dataset['state'] === 'failed' || place.querySelector('canvas') !== null)

const RULES: Readonly<Record<'all' | 'colours', RunOnly>> = {
  all: { type: 'tag', values: TAGS },
  colours: { type: 'rule', values: ['color-contrast'] },
}

async function violationsOf(page: Page, what: RunOnly): Promise<string[]> {
  return page.evaluate(async (only) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run
    const { violations } = await run(document, { runOnly: only })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`),
    )
  }, what)
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  )
}

/** WCAG 2.2, 2.5.8: links inside a sentence are excepted. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input:not([type=hidden]), a:not(.skip)')]
      .filter((one) => one.checkVisibility())
      .filter((one) => {
        const { width, height } = one.getBoundingClientRect()
        return width < 24 || height < 24
      })
      .map((one) => one.outerHTML.slice(0, 120)),
  )
}
