import { afterEach, describe, expect, it } from '@jest/globals'
import type { PdfVerifier } from '../../../src/signing/verify/verifier.ts'
import { refusedReport } from '../../../src/signing/verify/verify-pdf.ts'
import { honest, signer } from '../../signing/verify/support/attacked.ts'
import { CONTRACT, document, signed } from '../../signing/verify/support/handmade.ts'
import { rawPost, verifySite, type SiteOptions, type VerifySite } from './support/verify-site.ts'

const PDF = { 'content-type': 'application/pdf' }

describe('strangers', () => {
  const sites: VerifySite[] = []
  afterEach(async () => {
    await Promise.all(sites.splice(0).map((site) => site.close()))
  })
  async function open(options: SiteOptions = {}) {
    const site = await verifySite({ anchors: [signer.certificate], ...options })
    sites.push(site)
    return site
  }

  it('are counted by address and by network', async () => {
    const site = await open({
      limits: {
        byAddress: { name: 'a', points: 2, seconds: 60 },
        byNetwork: { name: 'n', points: 3, seconds: 60 },
      },
    })
    const from = async (address: string) =>
      (await site.api(honest, { 'x-test-address': address })).status
    expect([await from('one'), await from('one'), await from('one')]).toEqual([200, 200, 429])
    // Who was refused took nothing from the network.
    expect([await from('two'), await from('two')]).toEqual([200, 429])
    const { answer } = await site.upload(honest, { headers: { 'x-test-address': 'two' } })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('60')
    expect(await answer.text()).toContain('سندهای زیادی')
  })

  it('send no more than is allowed, and are told so before they send it', async () => {
    const site = await open({ limits: { documentBytes: 20_000 } })
    const raw = await rawPost(`${site.url}/verify/api`, { ...PDF, 'content-length': '20001' })
    expect(raw.status).toBe(413)
    expect(JSON.parse(raw.text)).toMatchObject({ error: 'too_large' })
    const { answer } = await site.upload(Buffer.alloc(40_000, '%PDF-'))
    expect(answer.status).toBe(413)
    expect((await site.api(honest)).status).toBe(200)
  })

  it('say how much they send', async () => {
    const site = await open()
    const headers = { ...PDF, 'transfer-encoding': 'chunked' }
    expect((await rawPost(`${site.url}/verify/api`, headers, honest)).status).toBe(411)
    expect((await site.api(Buffer.alloc(0))).status).toBe(400)
  })

  it('send PDF documents', async () => {
    const site = await open()
    const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
    const answer = await site.api(png)
    expect([answer.status, (await answer.json()).error]).toEqual([415, 'not_pdf'])
    expect((await site.upload(png)).answer.status).toBe(415)
    expect((await site.api(honest, { 'content-type': 'text/plain' })).status).toBe(415)
    const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await rawPost(`${site.url}/verify`, urlencoded, Buffer.from('a=b'))).status).toBe(415)
    const form = { 'content-type': 'multipart/form-data; boundary=x' }
    const raw = await rawPost(
      `${site.url}/verify`,
      { ...form, 'content-length': '3' },
      Buffer.from('abc'),
    )
    expect(raw.status).toBe(400)
  })

  it('do not hold a place by sending slowly', async () => {
    const site = await open({ limits: { uploadMs: 100, uploadBytes: 50_000 } })
    const slow = () => rawPost(`${site.url}/verify/api`, { ...PDF, 'content-length': '40000' })
    const [first, second] = await Promise.all([slow(), slow()])
    const statuses = [first.status, second.status].toSorted()
    expect(statuses).toEqual([408, 503])
    expect((await site.api(honest)).status).toBe(200)
  })

  it('are not sent here by other sites', async () => {
    const site = await open()
    const { answer } = await site.upload(honest, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(answer.status).toBe(403)
  })

  it('are told clearly when all places are taken', async () => {
    const { judge, finish, running } = heldVerifier()
    const limits = { atOnce: 2, waiting: 1, waitMs: 60_000 }
    const site = await open({ judge, limits })
    const asked = [site.api(honest), site.api(honest), site.api(honest)]
    await until(() => running() === 2)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const fourth = await site.api(honest)
    expect(fourth.status).toBe(503)
    expect(fourth.headers.get('retry-after')).toBe('30')
    expect(await fourth.json()).toMatchObject({ error: 'busy' })
    expect(running()).toBe(2)
    finish()
    await until(() => running() === 1)
    finish()
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('who waits too long is told, too', async () => {
    const { judge, finish, running } = heldVerifier()
    const site = await open({ judge, limits: { atOnce: 1, waiting: 5, waitMs: 50 } })
    const first = site.api(honest)
    await until(() => running() === 1)
    expect((await site.api(honest)).status).toBe(503)
    finish()
    expect((await first).status).toBe(200)
  })

  it('with hostile documents cost bounded time and memory', async () => {
    const site = await open({ verifier: { memoryMb: 32, timeoutMs: 3_000 } })
    const bombs = [
      signed(
        document({ ...CONTRACT, 8: `[${'0 '.repeat(900_000)}]`, 9: `[${'[]'.repeat(900_000)}]` }),
        signer,
      ),
      signed(document({ ...CONTRACT, 8: '['.repeat(50_000) + ']'.repeat(50_000) }), signer),
      Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(8_000_000, 'obj << ')]),
    ]
    const before = process.memoryUsage().rss
    for (const bomb of bombs) {
      const start = performance.now()
      const report = await (await site.api(bomb)).json()
      expect(report.indication).not.toBe('TOTAL-PASSED')
      expect(performance.now() - start).toBeLessThan(15_000)
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
    expect((await (await site.api(honest)).json()).indication).not.toBe('TOTAL-FAILED')
  })
})

/** Verdicts come when they are let go. */
function heldVerifier() {
  const open: (() => void)[] = []
  const judge: PdfVerifier = {
    verify: () =>
      new Promise((resolve) =>
        open.push(() => resolve(refusedReport('damaged', 1_700_000_000_000))),
      ),
    close: async () => undefined,
  }
  const finish = () => open.splice(0).forEach((end) => end())
  return { judge, finish, running: () => open.length }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}
