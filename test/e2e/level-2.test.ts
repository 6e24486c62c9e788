import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { codeFor } from '../../sandbox/citizen.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { texts } from '../../src/pages/text/index.ts'
import { left } from '../support/left.ts'
import { openRegistryWindow, type RegistryWindow } from '../support/level-2.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'

const ACR_2 = 'urn:panjereh:acr:2'
const RP = webClient('rp')

/** Who comes, by what, and where that leads. */
interface Journey {
  readonly mobile: string
  readonly isForeign?: boolean
  readonly fields: Readonly<Record<string, string>>
  readonly fault?: { readonly service: string; readonly kind: string }
  /** A company, by its name, for who acts for one. */
  readonly company?: string
  /** What is shown in between, by its button. */
  readonly agree?: 'accept' | 'join'
  /** The heading or the error at which it stops; absent: it goes through. */
  readonly stop?: (text: ReturnType<typeof texts>) => string | undefined
}
const iranian = (national_id: string, year: string, month: string, day: string) => ({
  national_id,
  year,
  month,
  day,
})
const JOURNEYS: Readonly<Record<string, Journey>> = {
  'an Iranian': { mobile: '09120000001', fields: iranian('۹۹۹۰۰۰۰۰۱۸', '1370', '1', '1') },
  'an Iranian for an Iranian company': {
    mobile: '09120000002',
    fields: iranian('9990000026', '1355', '6', '20'),
    company: 'شرکت نمونهٔ البرز',
  },
  'a foreign national': {
    mobile: '09120000013',
    isForeign: true,
    fields: { document: 'amayesh', number: 'AM1234567', year: '1979', month: '7', day: '22' },
  },
  'a foreign national for a foreign company': {
    mobile: '09120000012',
    isForeign: true,
    fields: {
      document: 'passport',
      number: 'C01X00T47',
      country: 'DEU',
      year: '1985',
      month: '3',
      day: '8',
    },
    company: 'Sample Trading GmbH',
  },
  'a woman with a new name': {
    mobile: '09120000007',
    fields: iranian('9990000077', '1368', '2', '15'),
    agree: 'accept',
  },
  'somebody who mistypes': {
    mobile: '09120000003',
    fields: iranian('9990000019', '1362', '7', '30'),
    stop: ({ error }) => error['national_id_invalid'],
  },
  'somebody whom the registries do not confirm': {
    mobile: '09120000003',
    fields: iranian('9990000034', '1362', '7', '29'),
    stop: ({ error }) => error['registry_mismatch'],
  },
  'a minor': {
    mobile: '09120000005',
    fields: iranian('9990000050', '1398', '5', '5'),
    stop: ({ registry }) => registry.stops.minor.title,
  },
  'the number of a dead man': {
    mobile: '09120000006',
    fields: iranian('9990000069', '1320', '3', '10'),
    stop: ({ registry }) => registry.stops.deceased.title,
  },
  'somebody with several records': {
    mobile: '09120000009',
    fields: iranian('9990000093', '1350', '4', '4'),
    stop: ({ registry }) => registry.stops.multiple.title,
  },
  'a foreigner whose passport has expired': {
    mobile: '09120000015',
    isForeign: true,
    fields: {
      document: 'passport',
      number: '700000015',
      country: 'RUS',
      year: '1970',
      month: '4',
      day: '30',
    },
    stop: ({ registry }) => registry.stops.document_expired.title,
  },
  ...Object.fromEntries(
    ['down', 'quota', 'maintenance', 'malformed', 'unknown_code'].map((kind) => [
      `a registry with the fault ${kind}`,
      {
        mobile: '09120000004',
        fields: iranian('9990000042', '1365', '11', '30'),
        fault: { service: 'shahkar', kind },
        stop: ({ registry }: ReturnType<typeof texts>) => registry.awayTitle,
      },
    ]),
  ),
}

/** All in one language; in the other one a journey of each kind. What each page says in both is looked at in
 *  pages.test.ts. */
const WALKED: Readonly<Record<Locale, readonly string[]>> = {
  fa: Object.keys(JOURNEYS),
  en: [
    'an Iranian',
    'a foreign national for a foreign company',
    'somebody who mistypes',
    'a minor',
    'a registry with the fault down',
  ],
}

requires('chromium')('level 2 in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
  })
  afterAll(() => browser?.close())

  describe.each(['fa', 'en'] as const)('in %s', (locale) => {
    let window: RegistryWindow
    let context: BrowserContext
    beforeAll(async () => {
      context = await browser.newContext({ viewport: { width: 360, height: 780 } })
      window = await openRegistryWindow({
        clients: [RP],
        env: { PANJEREH_TRUSTED_PROXIES: '0', PANJEREH_OTP_SENDS_PER_HOUR: '50' },
      })
    })
    afterAll(async () => {
      await context?.close()
      await window?.close()
    })
    afterEach(async () => {
      await context.clearCookies()
      await window.tell('/reset', {})
    })

    it.each(WALKED[locale])('%s', async (name) => {
      const journey = JOURNEYS[name]!
      if (journey.fault) await window.tell('/faults', journey.fault)
      const page = await context.newPage()
      await climb(page, locale, window, journey)
      await page.close()
    })
  })
})

async function climb(page: Page, locale: Locale, window: RegistryWindow, journey: Journey) {
  const text = texts(locale)
  const party = await relyingParty(window, RP)
  const scope = journey.company ? 'openid legal_person' : 'openid'
  const request = await party.request({ acr_values: ACR_2, ui_locales: locale, scope })
  await page.goto(request.url.href)
  await page.fill('#mobile', journey.mobile)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#code')
  await page.fill('#code', await codeFor(window.inboxUrl, journey.mobile, new Date(0)))
  await page.keyboard.press('Enter')
  await page.waitForSelector('#national_id')
  expect(await page.textContent('h1')).toContain(text.registry.iranianTitle)
  if (journey.isForeign) {
    await page.click('button[value="foreign"]')
    await page.waitForSelector('#document')
  }
  await typeIn(page, journey.fields)
  await page.click(`button:has-text("${text.registry.check}")`)
  if (journey.stop) return stopsAt(page, journey.stop(text) ?? '?')
  if (journey.agree) await page.click(`button[value="${journey.agree}"]`)
  const away = await left(page, async () => {
    await page.click('button[value="skip"]')
    if (journey.company === undefined) return
    await page.click(`label:has-text("${journey.company}")`)
    await page.click(`button:has-text("${text.continue}")`)
  })
  const claims = (await party.redeem(away, request)).claims()
  expect(claims?.['acr']).toBe(ACR_2)
  if (journey.company) {
    expect(JSON.stringify(claims?.['representee'])).toContain(journey.company)
  }
}

/** As a person does: by the fields that are to be seen. */
async function typeIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`#${name}`)
    expect(await field.isVisible()).toBe(true)
    const isList = await field.evaluate((one) => one.tagName === 'SELECT')
    if (isList) await field.selectOption(value)
    else await field.fill(value)
  }
}

/** It says what it is, is heard by a screen reader where it is an error, and leads back to the service. */
async function stopsAt(page: Page, said: string): Promise<void> {
  await page.waitForSelector(`:is(h1, [role=alert]):has-text("${said.slice(0, 40)}")`)
  const away = await left(page, () => page.click('button[value="cancel"]'))
  expect(away.searchParams.get('error')).toBe('access_denied')
}
