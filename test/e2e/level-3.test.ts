import axe from 'axe-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { codeFor } from '../../sandbox/citizen.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { texts } from '../../src/pages/text/index.ts'
import {
  cardPhoto,
  openFaceStudioWindow,
  openStudio,
  otherPortrait,
  sharedPortrait,
  type Studio,
} from '../support/face-studio.ts'
import { SARA } from '../support/level-2.ts'
import { left } from '../support/left.ts'
import { ACR, allowMore, LEVEL_3, RP } from '../support/level-3.ts'
import { relyingParty } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'

type Window = Awaited<ReturnType<typeof openFaceStudioWindow>>

/** What the camera sees, and by which reasons it may be turned down: the order of the movements is drawn by lot, and
 *  so is what a judge stumbles over first. */
const ATTACKS = {
  still: ['frozen'],
  'attack_still.mjpeg': ['frozen', 'not_turned'],
  planar_photo: ['flat', 'not_turned', 'presentation_attack', 'too_slow'],
  'attack_planar_photo.mjpeg': ['flat', 'not_turned', 'presentation_attack', 'too_slow'],
  two_people: ['several_faces'],
  no_face: ['no_face'],
  dark: ['too_dark'],
  frozen_midway: ['frozen'],
  swapped_person: ['changed_person'],
} as const

/** All of them in one language; in the other one what is quick to be seen. What each page says in both is looked at in
 *  pages.test.ts. */
const SHOWN = {
  fa: Object.keys(ATTACKS) as (keyof typeof ATTACKS)[],
  en: ['two_people'],
} as const

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const LONG = 90_000

requires(
  'chromium',
  'face-models',
  'shared-data',
)('level 3 in a browser', () => {
  let studio: Studio
  let card: Uint8Array
  beforeAll(async () => {
    studio = await openStudio()
    card = await cardPhoto({ portrait: await sharedPortrait() })
  })
  afterAll(async () => {
    await studio?.close()
  })

  describe.each(['fa', 'en'] as const)('in %s', (locale) => {
    const { face } = texts(locale)
    let window: Window
    let context: BrowserContext
    let page: Page
    beforeAll(async () => {
      // Messages to one address are counted: each language has a window of its own.
      window = await openFaceStudioWindow()
      context = await studio.browser.newContext({ viewport: { width: 360, height: 780 } })
      page = await context.newPage()
      await toConsent(page, window, locale)
      await allowMore(window)
    })
    afterAll(async () => {
      await context?.close()
      await window?.close()
    })
    beforeEach(async () => {
      await page.close()
      page = await context.newPage()
    })

    it(
      'a living person, with the card, returns with level 3',
      async () => {
        const own = await studio.browser.newContext({ viewport: { width: 360, height: 780 } })
        const phone = await own.newPage()
        const { party, request } = await toConsent(phone, window, locale)
        expect(await violationsOf(phone)).toEqual([])
        await phone.click('button[value="agree"]')
        await phone.waitForSelector('[data-camera="card"]')
        expect(await violationsOf(phone)).toEqual([])
        await sendCard(phone, card)
        await phone.waitForSelector('[data-camera="face"]')
        await studio.show('live_turn')
        await phone.click('[data-start]')
        await phone.waitForSelector('[data-live]')
        expect(await violationsOf(phone)).toEqual([])
        const claims = (await party.redeem(await back(phone), request)).claims()
        expect(claims?.['acr']).toBe(`${ACR}3`)
        expect(claims?.['amr']).toContain('face')
        await own.close()
      },
      LONG,
    )

    it.each(SHOWN[locale])(
      '%s is refused',
      async (what) => {
        await toMovements(page, window, locale, card)
        await studio.show(what)
        await page.click('[data-start]')
        await page.waitForSelector('#wrong', { timeout: 60_000 })
        expect(await violationsOf(page)).toEqual([])
        expect(ATTACKS[what].map((reason) => face.again[reason])).toContain(await told(page))
        expect(await page.textContent('h1')).toContain(face.againTitle)
        await cancel(page)
      },
      LONG,
    )

    if (locale === 'fa') cardsOfAllKinds()

    it(
      'who has no camera goes on on the phone, and the computer follows by itself',
      async () => {
        const computer = await launchChromium(['--use-fake-ui-for-media-stream'])
        try {
          await handsOver(computer!, locale)
        } finally {
          await computer?.close()
        }
      },
      2 * LONG,
    )

    function cardsOfAllKinds() {
      it.each([
        ['another person’s number', { nationalId: '9990000026' }, 'number_other'],
        ['a date that has passed', { expiresAt: '1395/01/01' }, 'expired'],
      ] as const)(
        'a card with %s is refused',
        async (_, data, problem) => {
          await toCard(page, window, locale)
          await sendCard(page, await cardPhoto({ ...data, portrait: await sharedPortrait() }))
          await page.waitForSelector('#wrong')
          expect(await told(page)).toBe(face.cardAgain[problem])
          await cancel(page)
        },
        LONG,
      )

      it(
        'a card with somebody else’s portrait is refused, and says what to do',
        async () => {
          await toMovements(
            page,
            window,
            locale,
            await cardPhoto({ portrait: await otherPortrait() }),
          )
          await studio.show('live_turn')
          await page.click('[data-start]')
          await page.waitForSelector('button[value="return"]', { timeout: 60_000 })
          expect(await violationsOf(page)).toEqual([])
          expect(await page.textContent('h1')).toContain(face.stops.other_face.title)
          expect(errorIn(await left(page, () => page.click('button[value="return"]')))).toBe(
            'unmet_authentication_requirements',
          )
        },
        LONG,
      )

      it(
        'the card is photographed by the camera',
        async () => {
          await toCard(page, window, locale)
          const shots = [1, 2, 3, 4].map((seed) => close(seed))
          await studio.show(await Promise.all(shots))
          await page.click('[data-start]')
          await page.waitForSelector('[data-camera="face"]', { timeout: 45_000 })
          await cancel(page)
        },
        LONG,
      )
    }

    /** As near as the outline asks for. */
    async function close(seed: number): Promise<Uint8Array> {
      const portrait = await sharedPortrait()
      return cardPhoto({ portrait }, { seed, corners: OUTLINE, jitter: 2 })
    }

    async function handsOver(computer: Browser, language: Locale) {
      const desk = await computer.newPage({ viewport: { width: 1280, height: 780 } })
      const { party, request } = await toConsent(desk, window, language)
      await desk.click('button[value="agree"]')
      await desk.click('[data-start]')
      await hears(desk, face.camera['none'])
      await desk.click('button[value="handover"]')
      await desk.waitForSelector('[data-hand-over="waiting"]')
      expect(await violationsOf(desk)).toEqual([])
      const address = (await desk.textContent('.address'))?.trim() ?? ''
      const number = await desk.textContent('.big')

      const phone = await studio.browser.newPage({ viewport: { width: 360, height: 780 } })
      await phone.goto(`${address}?lang=${language}`)
      expect(await phone.textContent('.big')).toBe(number)
      expect(await violationsOf(phone)).toEqual([])
      await phone.click('button[value="confirm"]')
      await phone.waitForSelector('button[value="agree"]')
      await desk.waitForSelector('[data-hand-over="taken"]')
      expect(await phone.locator('button[value="handover"]').count()).toBe(0)
      await phone.click('button[value="agree"]')
      await sendCard(phone, card)
      await phone.waitForSelector('[data-camera="face"]')
      await studio.show('live_turn')
      await phone.click('[data-start]')
      await phone.waitForSelector(`h1:has-text("${face.phoneEnds.done.title}")`, {
        timeout: 60_000,
      })
      const claims = (await party.redeem(await back(desk), request)).claims()
      expect(claims?.['acr']).toBe(`${ACR}3`)
      await phone.goto(address)
      expect(await phone.textContent('h1')).toContain(face.phoneEnds.gone.title)
      await phone.context().close()
    }
  })
})

/** Where the page draws the outline of a card. */
const OUTLINE = [
  [0.075, 0.135],
  [0.925, 0.135],
  [0.925, 0.865],
  [0.075, 0.865],
] as const

/** To the first page of level 3: through what comes before it, the first time. */
async function toConsent(page: Page, window: Window, ui_locales: Locale) {
  const party = await relyingParty(window, RP)
  const request = await party.request({ ...LEVEL_3, ui_locales })
  await page.goto(request.url.href)
  if (await page.isVisible('#mobile')) await signIn(page, window)
  await page.waitForSelector('button[value="agree"]')
  return { party, request }
}

async function signIn(page: Page, { inboxUrl }: Window): Promise<void> {
  const since = new Date()
  await page.fill('#mobile', SARA.mobile)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#code')
  await page.fill('#code', await codeFor(inboxUrl, SARA.mobile, since))
  await page.keyboard.press('Enter')
  await page.waitForSelector('#national_id, button[value="agree"]')
  if (!(await page.isVisible('#national_id'))) return
  const [year, month, day] = SARA.born
  await page.fill('#national_id', SARA.nationalId)
  await page.fill('#year', year)
  await page.selectOption('#month', month)
  await page.fill('#day', day)
  await page.click('button.button:not([value])')
}

async function toCard(page: Page, window: Window, locale: Locale): Promise<void> {
  await toConsent(page, window, locale)
  await page.click('button[value="agree"]')
  await page.waitForSelector('[data-camera="card"]')
}

async function toMovements(page: Page, window: Window, locale: Locale, card: Uint8Array) {
  await toCard(page, window, locale)
  await sendCard(page, card)
  await page.waitForSelector('[data-camera="face"]')
}

async function sendCard(page: Page, card: Uint8Array): Promise<void> {
  if (!(await page.isVisible('#card'))) await page.click('[data-upload] summary')
  const buffer = Buffer.from(card)
  await page.setInputFiles('#card', { name: 'card.jpg', mimeType: 'image/jpeg', buffer })
  await page.click('[data-upload-send]')
}

/** On to the service; past the offer of a passkey, where that is made. The service's address. */
function back(page: Page): Promise<URL> {
  const skip = page.locator('button[value="skip"]')
  return left(page, () => skip.click({ timeout: 60_000 }))
}

async function cancel(page: Page): Promise<void> {
  expect(errorIn(await left(page, () => page.click('button[value="cancel"]')))).toBe(
    'access_denied',
  )
}

const errorIn = (url: URL) => url.searchParams.get('error')

const told = async (page: Page) => (await page.textContent('#wrong'))?.trim()

async function hears(page: Page, words: string | undefined): Promise<void> {
  await page.waitForFunction(
    (text) => document.querySelector('[data-say]')?.textContent === text,
    words,
  )
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async (tags) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run
    const { violations } = await run(document, { runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)
  }, TAGS)
}
