import { existsSync } from 'node:fs'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import type { Citizen, Press } from './citizen.ts'

const PLACES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

export function findChromium(): string | undefined {
  return PLACES.find((path) => path !== undefined && path !== '' && existsSync(path))
}

/** It finds this machine alone, and says at once when it is sent elsewhere. */
const NOWHERE_ELSE =
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1'

/** Undefined on a machine without Chromium. `more`: arguments of its command line, e.g. for a fake camera. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser | undefined> {
  const executablePath = findChromium()
  if (executablePath === undefined) return undefined
  // Chromium refuses to run in its sandbox as root, and only then is it told to do without.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args: [...asRoot, NOWHERE_ELSE, ...more] })
}

export interface BrowserOptions {
  readonly locale?: string
  readonly javaScript?: boolean
}

/** A citizen in a real browser; `page` is there for whatever else a test looks at. */
export class BrowserCitizen implements Citizen {
  readonly by = 'browser'
  readonly page: Page

  private constructor(page: Page) {
    this.page = page
  }

  static async in(browser: Browser, options: BrowserOptions = {}): Promise<BrowserCitizen> {
    const { locale = 'fa-IR', javaScript = true } = options
    const context = await browser.newContext({ locale, javaScriptEnabled: javaScript })
    return new BrowserCitizen(await context.newPage())
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
  }

  async has(field: string): Promise<boolean> {
    return (await this.page.locator(`[name="${field}"]:not([type="hidden"])`).count()) > 0
  }

  async fill(field: string, value: string): Promise<void> {
    await this.page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    const input = this.page.locator(`[name="${field}"]`).first()
    const kind = await input.evaluate((one: HTMLElement) => one.getAttribute('type') ?? one.tagName)
    if (kind === 'SELECT') await input.selectOption(value)
    else if (kind === 'radio') {
      await this.page.locator(`[name="${field}"][value="${value}"]`).check()
    } else if (kind === 'checkbox') await input.setChecked(value !== '')
    else await input.fill(value)
  }

  async press(which: Press): Promise<void> {
    const button = await this.#button(which)
    await Promise.all([
      this.page.waitForEvent('framenavigated', { timeout: 20_000 }),
      button.click(),
    ])
    await this.page.waitForLoadState('load')
  }

  async #button({ name, value, action, field }: Press): Promise<Locator> {
    const form = formSelector(action, field)
    if (name !== undefined) {
      return this.page.locator(`${form} button[name="${name}"][value="${value ?? ''}"]`).first()
    }
    const unnamed = this.page.locator(`${form} button:not([name]):not([type="button"])`)
    const hasUnnamed = (await unnamed.count()) > 0
    return hasUnnamed ? unnamed.first() : this.page.locator(`${form} button`).first()
  }

  url(): string {
    return this.page.url()
  }

  html(): Promise<string> {
    return this.page.content()
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}

/** Empty when the button may stand anywhere. */
function formSelector(action: string | undefined, field: string | undefined): string {
  const byAction = action === undefined ? '' : `[action$="${action}"]`
  const byField = field === undefined ? '' : `:has([name="${field}"])`
  return byAction || byField ? `form${byAction}${byField}` : ''
}
