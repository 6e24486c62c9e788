import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { sandboxSigning, type SandboxSigning } from '../../signing/support/sandbox-signing.ts'
import { CONTRACT, document, updated } from '../../signing/verify/support/handmade.ts'
import { RICH } from '../../signing/verify/support/attacked.ts'
import { verifySite, type VerifySite } from './support/verify-site.ts'

const unsigned = document({ ...CONTRACT, 6: CONTRACT[6]!.replace('/V 7 0 R', ''), 7: '<<>>' })

describe('the page of verification', () => {
  let pki: SandboxSigning
  let site: VerifySite
  let archived: Buffer

  beforeAll(async () => {
    pki = await sandboxSigning()
    site = await verifySite({ anchors: [pki.root], revocation: pki.ports.revocation })
    archived = await signedAs('B-LTA')
  })
  afterAll(async () => {
    await site?.close()
    await pki?.close()
  })

  const signedAs = async (profile: 'B-T' | 'B-LTA', bytes = unsigned) => {
    const signer = await pki.signer('P-256', 'Sara Sample')
    return bytesOf(await signPdf({ ...pki.ports, signer }, bytes, { profile }))
  }

  async function shown(bytes: Uint8Array, query = '') {
    const { path, cookie } = await site.upload(bytes)
    return (await site.get(`${path}${query}`, cookie)).text()
  }

  it('asks for a document, and needs no script for it', async () => {
    const page = await (await site.get('/verify')).text()
    expect(page).toContain('بررسی امضای سند')
    expect(page).toMatch(/<form[^>]+method="post"[^>]+action="\/verify"[^>]+multipart\/form-data/)
    expect(page).toContain('type="file"')
    expect(await (await site.get('/verify?lang=en')).text()).toContain('Verify a signed document')
  })

  it('says who signed what and when: B-LTA passes', async () => {
    const page = await shown(archived)
    expect(page).toContain('data-verdict="TOTAL-PASSED"')
    expect(page).toContain('امضا معتبر است')
    expect(page).toContain('Sara Sample')
    expect(page).toContain('PAdES B-LTA')
    expect(page).toContain('ثابت‌شده با مهر زمانی')
    const english = await shown(archived, '?lang=en')
    expect(english).toContain('The signature is valid')
    expect(english).toContain('the whole document; afterwards only validation data')
  })

  it('offers the signed revision, which is verified by itself', async () => {
    const { path, cookie } = await site.upload(archived)
    const page = await (await site.get(path, cookie)).text()
    const link = /href="([^"]+\/revisions\/\d+\.pdf)"/.exec(page)?.[1] ?? ''
    const answer = await site.get(link, cookie)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const revision = Buffer.from(await answer.arrayBuffer())
    expect(archived.subarray(0, revision.length).equals(revision)).toBe(true)
    expect(revision.length).toBeLessThan(archived.length)
    expect(await shown(revision)).toContain('data-verdict="TOTAL-PASSED"')
  })

  it('what was changed later is not valid, and the signed revision is still offered', async () => {
    const { path, cookie } = await site.upload(updated(archived, { 4: RICH }))
    const page = await (await site.get(`${path}?lang=en`, cookie)).text()
    expect(page).toContain('data-verdict="TOTAL-FAILED / FORMAT_FAILURE"')
    expect(page).toContain('The signature is not valid')
    expect(page).toContain('Later revisions add only what may be added')
    const link = /href="([^"]+\/revisions\/\d+\.pdf)"/.exec(page)?.[1] ?? ''
    const signed = Buffer.from(await (await site.get(link, cookie)).arrayBuffer())
    expect(await shown(signed)).toContain('data-verdict="TOTAL-PASSED"')
  })

  it('without a signature there is nothing to call valid', async () => {
    expect(await shown(unsigned, '?lang=en')).toContain('This document has no digital signature')
  })

  it('warns of what waits in the document', async () => {
    const active = document({
      ...CONTRACT,
      1: CONTRACT[1]!.replace('/Pages', '/OCProperties<</OCGs[]/D<<>>>>/Pages'),
      6: CONTRACT[6]!.replace('/V 7 0 R', ''),
      7: '<<>>',
    })
    const signer = await pki.signer()
    const bytes = bytesOf(
      await signPdf({ ...pki.ports, signer }, active, { profile: 'B-T', allowActiveContent: true }),
    )
    const page = await shown(bytes, '?lang=en')
    expect(page).toContain('data-verdict="TOTAL-PASSED"')
    expect(page).toContain('The document has layers that can be hidden or shown.')
  })

  it('nothing out of the document or its name becomes markup', async () => {
    const name = '<img src=x onerror=alert(1)>.pdf'
    const signer = await pki.signer('P-256', '<script>alert(2)</script>')
    const evil = bytesOf(
      await signPdf({ ...pki.ports, signer }, unsigned, {
        profile: 'B-T',
        reason: '"><script>alert(3)</script>',
      }),
    )
    const { path, cookie } = await site.upload(evil, { name })
    const page = await (await site.get(path, cookie)).text()
    expect(page).not.toMatch(/<script>alert|<img src=x/)
    expect(page).toContain('&lt;script&gt;alert(2)&lt;/script&gt;')
  })

  describe('a result', () => {
    it('is for the browser that sent the document alone', async () => {
      const { path, cookie } = await site.upload(archived)
      for (const more of ['', '/report.json', '/report-fa.pdf', '/revisions/1.pdf']) {
        expect((await site.get(path + more)).status).toBe(410)
        const other = cookie.replace(/=.*/, `=${'A'.repeat(22)}`)
        expect((await site.get(path + more, other)).status).toBe(410)
        expect((await site.get(path + more, cookie)).status).toBe(200)
      }
    })

    it('says the same as JSON', async () => {
      const { path, cookie } = await site.upload(archived)
      const report = await (await site.get(`${path}/report.json`, cookie)).json()
      expect(report).toMatchObject({
        indication: 'TOTAL-PASSED',
        document: { size: archived.length },
        signatures: [{ profile: 'B-LTA' }, { kind: 'document-timestamp' }],
      })
    })

    it('is gone when it is told to', async () => {
      const { path, cookie } = await site.upload(archived)
      const form = await fetch(site.url + path, { method: 'POST', headers: { cookie } })
      expect(await form.text()).toContain('سند و گزارش پاک شد')
      expect((await site.get(path, cookie)).status).toBe(410)
    })

    it('is gone after its time', async () => {
      const brief = await verifySite({ limits: { keptMs: 50 } })
      try {
        const { path, cookie } = await brief.upload(unsigned)
        await new Promise((resolve) => setTimeout(resolve, 60))
        expect((await brief.get(path, cookie)).status).toBe(410)
      } finally {
        await brief.close()
      }
    })

    it('loses its document first when there is no room', async () => {
      const narrow = await verifySite({
        anchors: [pki.root],
        limits: { keptBytes: archived.length + 5000, kept: 2 },
      })
      try {
        const first = await narrow.upload(archived)
        const second = await narrow.upload(archived, { cookie: first.cookie })
        const [old, young] = [first.path, second.path]
        expect((await narrow.get(`${old}/report.json`, first.cookie)).status).toBe(200)
        expect((await narrow.get(`${old}/revisions/1.pdf`, first.cookie)).status).toBe(410)
        expect((await narrow.get(`${young}/revisions/1.pdf`, first.cookie)).status).toBe(200)
        await narrow.upload(archived, { cookie: first.cookie })
        expect((await narrow.get(old, first.cookie)).status).toBe(410)
      } finally {
        await narrow.close()
      }
    })
  })
})
