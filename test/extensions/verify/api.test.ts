import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { PanjerehError, UpstreamUnavailable } from '../../../src/errors.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { requires } from '../../support/skips.ts'
import { sandboxSigning, type SandboxSigning } from '../../signing/support/sandbox-signing.ts'
import { CONTRACT, document } from '../../signing/verify/support/handmade.ts'
import { verifySite, type SiteOptions, type VerifySite } from './support/verify-site.ts'

const unsigned = document({ ...CONTRACT, 6: CONTRACT[6]!.replace('/V 7 0 R', ''), 7: '<<>>' })

let pki: SandboxSigning
let archived: Buffer
const sites: VerifySite[] = []

beforeAll(async () => {
  pki = await sandboxSigning()
  const signer = await pki.signer('P-256', 'سارا نمونه')
  archived = bytesOf(await signPdf({ ...pki.ports, signer }, unsigned, { profile: 'B-LTA' }))
})
afterAll(async () => {
  await Promise.all(sites.map((site) => site.close()))
  await pki?.close()
})

async function open(options: SiteOptions = {}): Promise<VerifySite> {
  const site = await verifySite({
    anchors: [pki.root],
    revocation: pki.ports.revocation,
    ...options,
  })
  sites.push(site)
  return site
}

describe('the interface for programs', () => {
  it('answers with the whole report', async () => {
    const answer = await (await open()).api(archived)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({
      document: { size: archived.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      indication: 'TOTAL-PASSED',
      coversWholeDocument: true,
      signatures: [
        { profile: 'B-LTA', signer: { name: 'سارا نمونه' }, coverage: 'extended' },
        { kind: 'document-timestamp' },
      ],
    })
  })

  it('keeps nothing: no cookie, no address of a result', async () => {
    const answer = await (await open()).api(archived)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(JSON.stringify(await answer.json())).not.toContain('/verify/')
  })
})

const sealing = async () => {
  const signer = await pki.signer('P-256', 'Panjereh')
  return async (report: Uint8Array) =>
    bytesOf(await signPdf({ ...pki.ports, signer }, report, { profile: 'B-LTA' }))
}
const printedBy = async (site: VerifySite, bytes: Uint8Array, path = '') => {
  const answer = await fetch(`${site.url}/verify/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/pdf', accept: 'application/pdf' },
    body: Buffer.from(bytes),
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  return Buffer.from(await answer.arrayBuffer())
}

describe('the printed report', () => {
  it('bears the seal of the window, and is itself verified', async () => {
    const site = await open({ seal: await sealing() })
    const report = await (await site.api(await printedBy(site, archived))).json()
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      coversWholeDocument: true,
      warnings: [],
      signatures: [{ profile: 'B-LTA', signer: { name: 'Panjereh' } }, { profile: 'timestamp' }],
    })
  })

  it.each([
    ['the authority', new UpstreamUnavailable('seal', 'away')],
    ['the key', new PanjerehError('key_unavailable', 'away')],
  ])('is not given out without it: %s is away', async (_, away) => {
    const site = await open({ seal: () => Promise.reject(away) })
    const accept = { accept: 'application/pdf' }
    const answer = await site.api(archived, accept)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await answer.json()).toMatchObject({ error: 'seal_away' })
    expect(await (await site.api(archived)).json()).toMatchObject({ indication: 'TOTAL-PASSED' })
    const { path, cookie } = await site.upload(archived)
    const page = await site.get(`${path}/report-fa.pdf`, cookie)
    expect([page.status, page.headers.get('content-type')]).toEqual([
      503,
      'text/html; charset=utf-8',
    ])
    expect(await page.text()).toContain('اکنون نمی‌توان گزارش را مهر کرد')
    expect((await site.get(`${path}/report.json`, cookie)).status).toBe(200)
  })

  it('is not signed where there is no key', async () => {
    const site = await open()
    const report = await (await site.api(await printedBy(site, archived))).json()
    expect(report.indication).toBe('NO-SIGNATURE')
  })
})

requires('poppler', 'qpdf')('the printed report, read by others', () => {
  const directory = mkdtempSync(join(tmpdir(), 'verify-report-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  async function textOf(bytes: Uint8Array, lang: string, options: SiteOptions = {}) {
    const site = await open(options)
    const path = join(directory, `${lang}.pdf`)
    writeFileSync(path, await printedBy(site, bytes, `?lang=${lang}`))
    expect(execFileSync('qpdf', ['--check', path], { encoding: 'utf8' })).toContain('No syntax')
    return execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }).replaceAll(
      /[\u200e\u200f\u202a-\u202e]/g,
      '',
    )
  }

  it('says in Persian what was found', async () => {
    const text = await textOf(archived, 'fa')
    for (const said of [
      'امضا معتبر است',
      'TOTAL-PASSED',
      'سارا نمونه',
      'PAdES B-LTA',
      'این پنجره مهری ندارد',
    ])
      expect(text).toContain(said)
  })

  it('says in English what was found', async () => {
    const broken = Buffer.from(archived)
    broken[broken.indexOf('Pay 100') + 4] = 0x39
    const text = await textOf(broken, 'en', { seal: await sealing() })
    for (const said of [
      'The signature is not valid',
      'TOTAL-FAILED / HASH_FAILURE',
      'bears the seal of this window',
    ])
      expect(text).toContain(said)
  })

  it('goes on over several pages', async () => {
    const signer = await pki.signer()
    let bytes = unsigned
    for (let at = 0; at < 5; at++)
      bytes = bytesOf(await signPdf({ ...pki.ports, signer }, bytes, { profile: 'B-B' }))
    expect(await textOf(bytes, 'en')).toMatch(/Page 3 of \d/)
  })
})
