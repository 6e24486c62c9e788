import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { launchChromium } from '../../sandbox/browser.ts'
import { texts } from '../../src/pages/text/index.ts'
import { openCameraStage, type CameraStage } from '../support/camera-stage.ts'
import { requires } from '../support/skips.ts'

const FAKE_CAMERA = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
const { face } = texts('fa')

requires('chromium')('the script of the camera', () => {
  let stage: CameraStage
  beforeAll(async () => void (stage = await openCameraStage()))
  afterAll(() => stage?.close())
  beforeEach(() => stage.reset())

  /** A browser for a group of tests, and a page of it for each. */
  function browsing(args: readonly string[]) {
    const seen: { browser?: Browser; context?: BrowserContext; page?: Page } = {}
    const faults: string[] = []
    beforeAll(async () => void (seen.browser = await launchChromium(args)))
    afterAll(() => seen.browser?.close())
    beforeEach(async () => {
      faults.length = 0
      const context = await seen.browser!.newContext({ viewport: { width: 360, height: 780 } })
      seen.context = context
      seen.page = await context.newPage()
      seen.page.on('pageerror', (error) => faults.push(error.message))
    })
    afterEach(async () => {
      await seen.context?.close()
      expect(faults).toEqual([])
    })
    return {
      context: () => seen.context!,
      async open(name: string, locale = 'fa'): Promise<Page> {
        await seen.page!.goto(`${stage.url}/${locale}/${name}`)
        return seen.page!
      },
    }
  }

  describe('with a camera', () => {
    const at = browsing(FAKE_CAMERA)

    it('sends pictures one after another, and the form when the server has seen enough', async () => {
      stage.play({}, { say: 'turn_left', progress: 0.3 }, { say: 'hold_still' }, DONE)
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await page.waitForURL(/liveness/)
      await page.waitForFunction(() => document.title === 'sent')
      expect(stage.pictures.map(({ sequence }) => sequence)).toEqual(['0', '1', '2', '3'])
      expect(stage.most()).toBe(1)
      for (const { csrf, place, type, body } of stage.pictures) {
        expect({ csrf, place, type }).toEqual({
          csrf: 'the-csrf',
          place: 'face/liveness',
          type: 'image/jpeg',
        })
        const { width, height } = await sharp(body).metadata()
        expect(Math.max(width, height)).toBe(640)
      }
      const form = new URLSearchParams(stage.forms[0]?.body.toString())
      expect(form.get('action')).toBe('next')
      expect(form.get('place')).toBe('face/liveness')
      const signals = JSON.parse(form.get('signals') ?? '')
      expect(signals).toMatchObject({ label: 'fake_device_0', webdriver: true })
      expect(signals.settings).toMatchObject({ width: 640, height: 480 })
      expect(signals.frames.mean).toBeGreaterThan(10)
      expect(stage.forms).toHaveLength(1)
    })

    it('lets the camera go with the last picture', async () => {
      const page = await at.open('liveness')
      await page.evaluate(() => {
        document.querySelector('form')?.addEventListener('submit', (event) => {
          event.preventDefault()
        })
      })
      stage.play({}, DONE)
      await page.click('[data-start]')
      await page.waitForSelector('[data-done]')
      await page.waitForFunction(() => {
        const stream = document.querySelector('video')?.srcObject
        return stream instanceof MediaStream && stream.getTracks()[0]?.readyState === 'ended'
      })
      const sent = stage.pictures.length
      await page.waitForTimeout(400)
      expect(stage.pictures).toHaveLength(sent)
    })

    it.each([
      ['liveness', 'turn_left', face.say['turn_left'], 'left'],
      ['liveness', 'turn_right', face.say['turn_right'], 'right'],
      ['liveness', 'too_far', face.say['too_far'], 'in'],
      ['liveness', 'go_back', face.say['go_back'], 'out'],
      ['liveness', 'hold_still', face.say['hold_still'], ''],
      ['gentle', 'turn_left', face.gentleSay['turn_left'], 'right'],
      ['gentle', 'hold_still', face.say['hold_still'], ''],
      ['card', 'too_far', face.cardSay['too_far'], ''],
    ])('says on the page %s: %s', async (name, say, words, arrow) => {
      stage.play({ say, progress: 0.25 })
      const page = await at.open(name)
      await page.click('[data-start]')
      await hears(page, words)
      expect(await page.getAttribute('[data-camera]', 'data-arrow')).toBe(arrow)
      const shown = await page.locator('.camera-arrow:visible').count()
      expect(shown).toBe(arrow === '' ? 0 : 1)
      expect(await page.getAttribute('[data-say]', 'role')).toBe('status')
    })

    it('fills the ring, and shows where the card is', async () => {
      stage.play({ say: 'turn_left', progress: 0.25 })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await page.waitForFunction(
        () => document.querySelector<SVGElement>('[data-ring]')?.style.strokeDashoffset === '75',
      )
      await page.goto(`${stage.url}/en/card`)
      const corners = [
        [0.1, 0.2],
        [0.9, 0.2],
        [0.9, 0.8],
        [0.1, 0.8],
      ] as const
      stage.play({ say: 'tilted', tone: 'bad', corners })
      await page.click('[data-start]')
      await page.waitForSelector('[data-corners][points="40,60 360,60 360,240 40,240"]', {
        state: 'attached',
      })
      await hears(page, texts('en').face.cardSay['tilted'])
    })

    it('cuts the card as the page shows it, 4 by 3', async () => {
      stage.play({ say: 'not_found', tone: 'bad' })
      const page = await at.open('card')
      await page.click('[data-start]')
      while (stage.pictures.length < 2) await page.waitForTimeout(50)
      const { width, height } = await sharp(stage.pictures[1]!.body).metadata()
      expect(width / height).toBeCloseTo(4 / 3, 1)
      expect(Math.max(width, height)).toBeLessThanOrEqual(1280)
    })

    it('keeps quiet about one bad picture between good ones', async () => {
      stage.play({ say: 'turn_left' }, { say: 'blurred', tone: 'bad' }, { say: 'turn_left' })
      const page = await at.open('liveness')
      await page.evaluate(() => {
        const heard: string[] = []
        Object.assign(globalThis, { heard })
        const place = document.querySelector('[data-say]')!
        new MutationObserver(() => heard.push(place.textContent ?? '')).observe(place, {
          childList: true,
        })
      })
      await page.click('[data-start]')
      while (stage.pictures.length < 5) await page.waitForTimeout(50)
      const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
      expect(heard).toEqual([face.camera['starting'], face.say['turn_left']])
    })

    it('waits while the server is busy, and begins with the first picture', async () => {
      stage.play({ status: 503 }, { status: 503 }, { say: 'turn_left' })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await hears(page, face.say['busy'])
      await hears(page, face.say['turn_left'])
      const numbers = stage.pictures.map(({ sequence }) => sequence)
      expect(numbers.slice(0, 4).join()).toMatch(/^0,0,0(,1)?$/)
    })

    it('draws the page anew when the interaction has gone on', async () => {
      stage.play({}, { status: 409 })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      while (stage.pages() < 2) await page.waitForTimeout(50)
      await page.waitForLoadState('load')
      expect(await page.textContent('[data-say]')).toBe(face.faceReady)
    })

    it('stops at a picture that is refused, and can be started again', async () => {
      stage.play({ status: 415 })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await hears(page, face.camera['failed'])
      stage.play({ say: 'turn_right' })
      await page.click(`[data-start]:has-text("${face.camera['again']}")`)
      await hears(page, face.say['turn_right'])
    })

    it('goes on when the connection is back', async () => {
      stage.play({ say: 'turn_left' })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await hears(page, face.say['turn_left'])
      await at.context().setOffline(true)
      await hears(page, face.camera['offline'])
      await at.context().setOffline(false)
      await hears(page, face.say['turn_left'])
    })

    it('says when the camera is cut off', async () => {
      stage.play({ say: 'turn_left' })
      const page = await at.open('liveness')
      await page.click('[data-start]')
      await hears(page, face.say['turn_left'])
      await page.evaluate(() => {
        const stream = document.querySelector('video')?.srcObject as MediaStream
        stream.getTracks()[0]?.dispatchEvent(new Event('ended'))
      })
      await hears(page, face.camera['ended'])
      expect(await page.isVisible('[data-start]')).toBe(true)
    })

    it('moves nothing when the camera opens and something is said', async () => {
      stage.play({ say: 'several_faces', tone: 'bad' })
      const page = await at.open('liveness')
      const before = await placeOf(page, '.way-out')
      await page.click('[data-start]')
      await hears(page, face.say['several_faces'])
      expect(await placeOf(page, '.way-out')).toBe(before)
    })

    it('is worked by the keyboard, the voice too', async () => {
      stage.play({ say: 'turn_left' })
      const page = await at.open('liveness')
      const voice = page.locator('[data-voice]')
      await voice.focus()
      expect(await voice.getAttribute('aria-pressed')).toBe('true')
      await page.keyboard.press('Space')
      expect(await voice.getAttribute('aria-pressed')).toBe('false')
      await page.focus('[data-start]')
      await page.keyboard.press('Enter')
      await hears(page, face.say['turn_left'])
      await page.reload()
      expect(await page.getAttribute('[data-voice]', 'aria-pressed')).toBe('false')
    })

    it('makes a large picture of a card small enough', async () => {
      const noise = randomBytes(3000 * 2250 * 3)
      const raw = { width: 3000, height: 2250, channels: 3 } as const
      const large = await sharp(noise, { raw }).jpeg({ quality: 95 }).toBuffer()
      expect(large.length).toBeGreaterThan(4 * 1024 * 1024)
      const page = await at.open('card')
      await page.click('[data-upload] summary')
      await page.setInputFiles('#card', {
        name: 'photo.jpg',
        mimeType: 'image/jpeg',
        buffer: large,
      })
      await page.click('[data-upload-send]')
      await page.waitForFunction(() => document.title === 'sent')
      const { type, body } = stage.forms[0]!
      expect(type).toContain('multipart/form-data')
      const start = body.indexOf('\r\n\r\n', body.indexOf('filename="card.jpg"')) + 4
      const { width, height } = await sharp(body.subarray(start)).metadata()
      expect([width, height]).toEqual([1920, 1440])
      expect(body.length).toBeLessThan(4 * 1024 * 1024)
    })
  })

  describe('without', () => {
    const none = browsing(['--use-fake-ui-for-media-stream'])
    it('says so, and opens the other ways', async () => {
      const page = await none.open('card')
      expect(await page.isVisible('#card')).toBe(false)
      await page.click('[data-start]')
      await hears(page, face.camera['none'])
      expect(await page.isVisible('#card')).toBe(true)
      expect(await page.isVisible('button[value="handover"]')).toBe(true)
    })
  })

  describe('where it is not allowed', () => {
    const denied = browsing(['--use-fake-device-for-media-stream', '--deny-permission-prompts'])
    it('says so, and how to allow it', async () => {
      const page = await denied.open('liveness', 'en')
      await page.click('[data-start]')
      const { camera } = texts('en').face
      await hears(page, camera['denied'])
      expect(await page.textContent('[data-start]')).toContain(camera['again'])
    })
  })
})

const DONE = { say: 'done', tone: 'good', progress: 1, done: true } as const

async function hears(page: Page, words: string | undefined): Promise<void> {
  await page.waitForFunction(
    (text) => document.querySelector('[data-say]')?.textContent === text,
    words,
  )
}

/** Pixels from the top of the document. */
function placeOf(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluate((one) => one.getBoundingClientRect().top + scrollY)
}
