import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { texts } from '../../src/pages/text/index.ts'
import { verifyPdf } from '../../src/signing/verify/verify-pdf.ts'
import { minimalPdf } from '../signing/support/minimal-pdf.ts'
import { looksForWords } from '../support/document-search.ts'
import { inkOf, numberOf, shown, told } from '../support/document-viewer.ts'
import { ACR } from '../support/level-3.ts'
import {
  contentOf,
  openSignatureWindow,
  RP,
  requested,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from '../support/level-4.ts'
import { relyingParty } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'
import {
  openService,
  signingBrowser,
  violationsOf,
  type SigningBrowser,
} from '../support/signing-browser.ts'

const LONG = 60_000
const SIGN = 'button[data-passkey="get"]'
type Details = readonly Readonly<Record<string, unknown>>[]

/** Each test goes on where the one before has left the citizen. */
requires('chromium')('level 4 in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
  })
  afterAll(() => browser?.close())

  describe.each(['fa', 'en'] as const)('in %s', (locale) => {
    const { signature, error } = texts(locale)
    let window: SignatureWindow
    let phone: SigningBrowser
    let page: Page
    let service: Awaited<ReturnType<typeof openService>>
    let party: Awaited<ReturnType<typeof relyingParty>>
    beforeAll(async () => {
      service = await openService()
      const { callback } = service
      const client = { ...RP, redirect_uris: [callback] }
      window = await openSignatureWindow({ window: { clients: [client] } })
      party = await relyingParty(window, client)
      const params = { redirect_uri: callback, ui_locales: locale }
      const { agent, page: at } = await toLevel4(window, { params })
      phone = await signingBrowser(browser, { agent, at, callback })
      page = phone.page
    }, LONG)
    afterAll(async () => {
      await phone?.close()
      await window?.close()
      service?.close()
    })
    beforeEach(() => {
      phone.faults()
    })

    const requestFor = (details?: Details) =>
      party.request({
        ...{ redirect_uri: service.callback, acr_values: `${ACR}4`, ui_locales: locale },
        ...(details ? { authorization_details: JSON.stringify(details) } : {}),
      })

    async function ask(details?: Details) {
      const request = await requestFor(details)
      await page.goto(request.url.href)
      return request
    }
    const sign = () => phone.leave(() => page.click(SIGN))
    const heading = () => page.locator('h1').textContent()
    const clean = async () => expect([await violationsOf(page), phone.faults()]).toEqual([[], []])

    it(
      'enrols: terms, a passkey, the terms signed; then signs in',
      async () => {
        expect(await heading()).toBe(signature.termsTitle)
        await clean()
        await page.click('button[value="agree"]')
        await page.waitForSelector('button[data-passkey="create"]')
        await clean()
        await page.click('button[data-passkey="create"]')
        await page.waitForSelector(SIGN)
        expect(await heading()).toBe(signature.reviewTitle.terms)
        await clean()
        await page.click(SIGN)
        await page.waitForSelector('[data-document]')
        expect(await heading()).toBe(signature.reviewTitle.declaration)
        await shown(page)
        await clean()
        await sign()
        const [credential] = await window.ports.signingCredentials.ofSubject(
          await subjectIdOf(window),
        )
        expect(credential?.revoked).toBeUndefined()
      },
      LONG,
    )

    it(
      'signs a text, and the ID token says which',
      async () => {
        const text = 'انتقال ۱۲۰٬۰۰۰ ریال به حساب ۱۲۳\nبابت قبض برق'
        const request = await ask([{ type: 'ir.transaction', text, ref: 'T-1' }])
        expect(await page.locator('.signed-text p').allTextContents()).toEqual(text.split('\n'))
        await clean()
        const claims = (await party.redeem(await sign(), request)).claims()
        const hash = createHash('sha256').update(text.normalize('NFC')).digest('base64url')
        expect(claims).toMatchObject({ acr: `${ACR}4`, transaction_hash: hash })
      },
      LONG,
    )

    it(
      'shows every page of a document, by buttons and keys, larger and smaller, and to who reads by ear',
      async () => {
        const file = minimalPdf({ pages: 12, kind: 'stream' })
        const id = await requested(window, [file])
        await ask([{ type: 'ir.signature_request', request: id }])
        const [view] = await shown(page)
        const pages = view!.locator('[data-pages]')
        const number = view!.locator('[data-number]')
        expect(await number.textContent()).toBe(numberOf(locale, 1, 12))
        await clean()

        await view!.locator('[data-tool="next"]').click()
        await told(number, numberOf(locale, 2, 12))
        await pages.focus()
        await page.keyboard.press('PageDown')
        await told(number, numberOf(locale, 3, 12))
        await page.keyboard.press('PageUp')
        await told(number, numberOf(locale, 2, 12))
        await page.keyboard.press('End')
        await told(number, numberOf(locale, 12, 12))
        const last = view!.locator('.document-page').nth(11)
        await last.locator('canvas').waitFor()
        expect(await inkOf(last.locator('canvas'))).toBeGreaterThan(20)

        const before = await last.evaluate((one) => one.clientWidth)
        await page.keyboard.press('+')
        await view!.locator('[data-tool="larger"]').click()
        expect(await last.evaluate((one) => one.clientWidth)).toBeGreaterThan(before * 1.4)
        await told(number, numberOf(locale, 12, 12))

        await view!.locator('.document-words').nth(11).waitFor({ state: 'attached' })
        const words = await view!.locator('.document-words').allTextContents()
        expect(words).toEqual(Array.from({ length: 12 }, (_, at) => `Page ${at + 1}`))
        // Far pages hold no picture: memory of phones is small.
        expect(await view!.locator('canvas').count()).toBeLessThan(12)

        await looksForWords(view!, locale)
        await clean()

        const downloading = page.waitForEvent('download')
        await view!.locator('a[href$="?download"]').click()
        const kept = await readFile(await (await downloading).path())
        expect(kept.equals(file)).toBe(true)
        await view!.locator('.hash summary').click()
        const spelt = await view!.locator('.hash > code').textContent()
        expect(spelt?.replaceAll(' ', '')).toBe(createHash('sha256').update(file).digest('hex'))
        await clean()
      },
      LONG,
    )

    it(
      'signs a batch of two documents in one act',
      async () => {
        const files = [minimalPdf(), minimalPdf({ pages: 3 })]
        const id = await requested(window, files)
        const request = await ask([{ type: 'ir.signature_request', request: id }])
        expect(await page.locator(SIGN).textContent()).toContain(signature.signAll(2))
        // Pressed without going there: on the way the documents would come into view.
        await page.locator(SIGN).evaluate((one: HTMLElement) => one.click())
        await page.locator('[data-unseen]:visible', { hasText: signature.viewer.unseen }).waitFor()
        expect(await shown(page)).toHaveLength(2)
        await clean()
        const tokens = await party.redeem(await sign(), request)
        expect(tokens.claims()?.['signatures']).toHaveLength(2)
        const after = await window.ports.signatureRequests.find(id)
        expect(after?.state).toBe('signed')
        for (const { id: document } of after?.documents ?? []) {
          const signed = await contentOf(window.documents, document)
          const { report } = verifyPdf(signed, {
            anchors: window.signing.anchors,
            now: Date.now(),
          })
          expect(report.signatures[0]).toMatchObject({
            indication: 'TOTAL-PASSED',
            profile: 'B-LTA',
          })
        }
      },
      LONG,
    )

    it(
      'says when the time has run out, and shows it again at a click',
      async () => {
        const request = await ask([{ type: 'ir.transaction', text: 'I pay 10.' }])
        const clock = page.locator('[data-countdown]')
        await clock.evaluate((one) => void (one.dataset['countdown'] = '1'))
        await page.getByText(error['signature_expired'] ?? '').waitFor()
        expect(await page.locator(SIGN).isVisible()).toBe(false)
        await clean()
        await page.click('button[value="again"]')
        await clock.waitFor()
        const tokens = await party.redeem(await sign(), request)
        expect(tokens.claims()?.['acr']).toBe(`${ACR}4`)
      },
      LONG,
    )

    it(
      'signs nothing for who refuses',
      async () => {
        const id = await requested(window, [minimalPdf()])
        await ask([{ type: 'ir.signature_request', request: id }])
        const away = await phone.leave(() => page.click('button[value="refuse"]'))
        expect(away.searchParams.get('error')).toBe('access_denied')
        const after = await window.ports.signatureRequests.find(id)
        expect(after?.state).not.toBe('signed')
        for (const one of after?.documents ?? []) expect(one.sha256).toBe(one.uploadedSha256)
      },
      LONG,
    )

    it(
      'does not take an approval for another act, nor the same one twice',
      async () => {
        const detail = { type: 'ir.transaction', text: 'I pay 10.' }
        await ask([detail])
        const sending = page.waitForRequest((request) => request.method() === 'POST')
        await sign()
        const body = new URLSearchParams((await sending).postData() ?? '')
        const old = body.get('assertion') ?? ''
        expect(old).toContain('clientDataJSON')

        const again = await phone.context.request.post((await sending).url(), {
          form: Object.fromEntries(body),
          maxRedirects: 0,
        })
        expect(again.status()).toBe(410)

        await ask([detail])
        await page.evaluate((assertion) => {
          const field = document.querySelector<HTMLInputElement>('input[name="assertion"]')
          if (field === null) throw new TypeError('no form')
          field.value = assertion
          field.form?.submit()
        }, old)
        await page.waitForSelector('#wrong')
        expect((await page.textContent('#wrong'))?.trim()).toBe(error['signature_failed'])
        await clean()
      },
      LONG,
    )

    it('says why it does not sign a document with a script in it', async () => {
      const active = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>' })
      const id = await requested(window, [active])
      await ask([{ type: 'ir.signature_request', request: id }])
      expect(await heading()).toBe(signature.unfitTitle)
      expect(await page.locator('form .wrong').textContent()).toBe(signature.unfit['javascript'])
      await clean()
    })

    it(
      'replaces a lost passkey; the certificate before is revoked, the new one signs',
      async () => {
        const [old] = await window.ports.signingCredentials.ofSubject(await subjectIdOf(window))
        await phone.loseDevice()
        const request = await ask()
        await shown(page)
        await page.click('button[value="lost_passkey"]')
        await page.waitForSelector('button[data-passkey="create"]')
        expect(await heading()).toBe(signature.replaceTitle)
        await clean()
        await page.click('button[data-passkey="create"]')
        await page.waitForSelector('.terms')
        await page.click(SIGN)
        await page.waitForSelector('[data-document]')
        await shown(page)
        const tokens = await party.redeem(await sign(), request)
        expect(tokens.claims()?.['acr']).toBe(`${ACR}4`)
        const [fresh, before] = await window.ports.signingCredentials.ofSubject(
          await subjectIdOf(window),
        )
        expect(before).toMatchObject({ id: old?.id, revoked: { reason: 'superseded' } })
        expect(fresh?.revoked).toBeUndefined()
      },
      LONG,
    )

    if (locale === 'en') {
      it('tells who has no scripts what to do, and lets him read and refuse', async () => {
        const id = await requested(window, [minimalPdf()])
        const { url } = await requestFor([{ type: 'ir.signature_request', request: id }])
        const context = await browser.newContext({
          javaScriptEnabled: false,
          storageState: await phone.context.storageState(),
        })
        const plain = await context.newPage()
        await plain.goto(url.href)
        expect(await plain.locator('h1').textContent()).toBe(signature.reviewTitle.documents)
        expect(await plain.locator('noscript').innerText()).toBe(signature.noScript)
        expect(await plain.getByText(signature.download).isVisible()).toBe(true)
        expect(await plain.locator('[data-pages]').isVisible()).toBe(false)
        await context.close()
      })
    }
  })
})
