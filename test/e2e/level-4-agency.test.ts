import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../sandbox/browser.ts'
import { demoAgency, type RunningAgency } from '../../sandbox/demo-agency/agency.ts'
import { demoClients } from '../../src/demo-clients.ts'
import { fa } from '../../src/pages/text/fa.ts'
import { ownerOf, sealCertificates } from '../../src/signing/seals/seal-certificates.ts'
import { checkJades } from '../../src/signing/transaction/index.ts'
import { verifyPdf } from '../../src/signing/verify/verify-pdf.ts'
import { shown } from '../support/document-viewer.ts'
import { freePort } from '../support/free-port.ts'
import { ACR } from '../support/level-3.ts'
import { openSignatureWindow, RP, toLevel4, type SignatureWindow } from '../support/level-4.ts'
import { requires } from '../support/skips.ts'
import { openService, signingBrowser, type SigningBrowser } from '../support/signing-browser.ts'

const AGENCY = { name: 'سازمان نمونه', identifier: 'NTRIR-14000000402' }
const LONG = 60_000
const SIGN = 'button[data-passkey="get"]'
const secrets = { agency: 'a'.repeat(43), auditor: 'b'.repeat(43), bank: 'c'.repeat(43) }

/** As an agency's own engineer would try it: everything over the network, as the window's documents say. */
requires('chromium')('the sample agency and level 4', () => {
  let browser: Browser
  let window: SignatureWindow
  let agency: RunningAgency
  let phone: SigningBrowser
  let page: Page
  let service: Awaited<ReturnType<typeof openService>>

  beforeAll(async () => {
    const launched = await launchChromium()
    if (launched === undefined) throw new Error('no Chromium')
    browser = launched
    service = await openService()
    const port = await freePort()
    const agencyUrl = `http://localhost:${port}`
    const bankUrl = 'http://localhost:1'
    const clients = demoClients({ agencyUrl, bankUrl, secrets, canSign: true })
    const rp = { ...RP, redirect_uris: [service.callback] }
    const env = { PANJEREH_SEAL_IDENTIFIER: '14000000305' }
    window = await openSignatureWindow({ window: { clients: [rp, ...clients], env } })
    const seals = sealCertificates({ ...window.ports, ...window.signing })
    await seals.create(ownerOf('demo-agency'), AGENCY, { actor: 'operator' })
    agency = await demoAgency({
      port,
      publicUrl: agencyUrl,
      issuer: window.url,
      clientId: 'demo-agency',
      clientSecret: secrets.agency,
      canSign: true,
    })
    const params = { redirect_uri: service.callback, ui_locales: 'fa' }
    const { agent, page: at } = await toLevel4(window, { params })
    phone = await signingBrowser(browser, { agent, at, callback: service.callback })
    page = phone.page
    await enrol()
  }, LONG)
  afterAll(async () => {
    await phone?.close()
    await browser?.close()
    await agency?.close()
    await window?.close()
    service?.close()
  })

  async function enrol(): Promise<void> {
    await page.click('button[value="agree"]')
    await page.click('button[data-passkey="create"]')
    await page.waitForSelector('.terms')
    await page.click(SIGN)
    await page.waitForSelector('[data-document]')
    await shown(page)
    await phone.leave(() => page.click(SIGN))
  }

  async function signAt(what: string): Promise<void> {
    await page.goto(agency.url)
    await page.click(`button[value="${what}"]`)
    await page.waitForSelector(SIGN)
  }

  async function back(): Promise<Record<string, unknown>> {
    await page.click(SIGN)
    await page.waitForSelector('[data-signed]')
    const claims = await page.locator('[data-json="id-token"]').textContent()
    return JSON.parse(claims ?? '') as Record<string, unknown>
  }

  async function download(): Promise<Buffer> {
    const downloading = page.waitForEvent('download')
    await page.click('a[href="/signed"]')
    return readFile(await (await downloading).path())
  }

  const verified = (pdf: Buffer) =>
    verifyPdf(pdf, {
      anchors: window.signing.anchors,
      now: Date.now(),
    }).report.signatures.filter(({ kind }) => kind === 'signature')

  it(
    'has a transfer signed, and shows its hash and its signature',
    async () => {
      await signAt('transfer')
      const lines = await page.locator('.signed-text p').allTextContents()
      const claims = await back()
      const text = Buffer.from(lines.join('\n').normalize('NFC'))
      const hash = createHash('sha256').update(text).digest('base64url')
      expect(claims).toMatchObject({ acr: `${ACR}4`, transaction_hash: hash })
      expect(await page.locator('[data-signed]').textContent()).toContain(hash)
      expect(checkJades((await download()).toString('utf8'), text).fault).toBeUndefined()
    },
    LONG,
  )

  it(
    'has its lease signed, puts its seal after the tenant, and anybody can verify both',
    async () => {
      await signAt('lease')
      expect(await page.locator('h1').textContent()).toBe(fa.signature.reviewTitle.documents)
      expect(await shown(page)).toHaveLength(1)
      const { signatures } = await back()
      expect(signatures).toHaveLength(1)
      const lease = await download()
      expect(verified(lease)).toMatchObject([
        { indication: 'TOTAL-PASSED', profile: 'B-LTA', claimed: { name: 'سارا نمونه‌زاده' } },
        { indication: 'TOTAL-PASSED', profile: 'B-LTA', signer: { legalPerson: AGENCY } },
      ])
      await page.goto(`${window.url}/verify?lang=fa`)
      const file = { name: 'lease.pdf', mimeType: 'application/pdf', buffer: lease }
      await page.setInputFiles('#document', file)
      await page.click('form[data-verify] button')
      await page.waitForSelector('[data-verdict="TOTAL-PASSED"]')
      const headings = await page.locator('.signature h2').allTextContents()
      expect(headings.map((one) => one.trim().split(/\s+/).slice(0, 3).join(' '))).toEqual([
        'امضای ۱ معتبر',
        'مهر زمانی ۱',
        'مهر سازمانی ۱',
        'مهر زمانی ۲',
      ])
      const downloading = page.waitForEvent('download')
      await page.click('a[href$="/report-fa.pdf"]')
      const report = await readFile(await (await downloading).path())
      expect(verified(report)).toMatchObject([
        { indication: 'TOTAL-PASSED', signer: { legalPerson: { name: 'پنجرهٔ ملی' } } },
      ])
    },
    LONG,
  )

  it('is told of a citizen who does not sign', async () => {
    await signAt('lease')
    await page.click('button[value="refuse"]')
    await page.waitForSelector('.notice.bad')
    expect(page.url()).toContain(agency.url)
  })
})
