import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { minimalPdf } from '../../signing/support/minimal-pdf.ts'
import { hex, openHosted, pdf, PDF, type Answer, type Hosted } from './hosted-site.ts'
import { requestCases } from './requests.cases.ts'

let site: Hosted
beforeAll(async () => {
  site = await openHosted()
})
afterAll(() => site.close())

const call: Hosted['call'] = (...given) => site.call(...given)
const created: Hosted['created'] = (...given) => site.created(...given)
const uploaded: Hosted['uploaded'] = (...given) => site.uploaded(...given)
const eventsOf: Hosted['eventsOf'] = (...given) => site.eventsOf(...given)
const files: Hosted['files'] = (...given) => site.files(...given)

describe('the hosted flow', () => {
  it('is described, every way into it', async () => {
    expect(site.description.operations).toEqual(site.routes)
    const { body } = await call('GET', '/openapi.json', { token: 'nobody' })
    expect(body).toMatchObject({ openapi: '3.1.0' })
  })

  it('goes from a request to what the authorization request carries', async () => {
    const id = await created({ webhook: 'https://agency.example/hook', expires_in: 3600 })
    const name = encodeURIComponent('قرارداد اجاره.pdf')
    const digest = createHash('sha256').update(pdf).digest('base64')
    const document = await uploaded(id, pdf, {
      'Content-Disposition': `attachment; filename*=UTF-8''${name}`,
      'Content-Digest': `sha-256=:${digest}:`,
    })
    expect(document).toMatchObject({
      status: 201,
      body: { number: 1, name: 'قرارداد اجاره.pdf', size: pdf.length, sha256: hex(pdf) },
    })
    const ready = await call('POST', `/requests/${id}/ready`)
    const details = [{ type: 'ir.signature_request', request: id }]
    expect(ready).toMatchObject({
      status: 200,
      body: { id, state: 'ready', authorization_details: details },
    })
    const seen = await call('GET', `/requests/${id}`)
    expect(seen.headers.get('Cache-Control')).toBe('no-store')
    expect(seen.body).toMatchObject({
      ...{ id, state: 'ready', purpose: 'اجاره', profile: 'B-LTA' },
      ...{ signers: [{}], authorization_details: details },
    })
    expect(await eventsOf(id)).toEqual(
      expect.arrayContaining([
        'signature_request.created',
        'document.received',
        'signature_request.readied',
      ]),
    )
  })

  it('gives back the very bytes, by number and by id, and what was signed instead', async () => {
    const id = await created()
    await uploaded(id)
    const path = `${site.url}/signing/v1/requests/${id}/documents`
    const headers = { Authorization: 'Bearer agency' }
    const answer = await fetch(`${path}/1`, { headers })
    expect(Buffer.from(await answer.arrayBuffer()).equals(pdf)).toBe(true)
    expect(answer.headers.get('Content-Type')).toBe('application/pdf')
    const request = await site.service.ports.signatureRequests.find(id)
    const signed = Buffer.concat([pdf, randomBytes(2000)])
    const stored = await site.service.documents.put(
      (async function* () {
        yield signed
      })(),
      { maxBytes: 1e7, expiresAt: site.service.clock.now() + 1e7 },
    )
    if (stored === 'too_large' || request === undefined) throw new Error('not stored')
    const documents = request.documents.map((one) => ({ ...one, ...stored }))
    const at = site.service.clock.now()
    const signers = [{ subjectId: 's', signedAt: at, signatures: ['doc#Signature1'] }]
    await site.service.ports.signatureRequests.save(
      { ...request, state: 'signed', documents, signers },
      [],
    )
    const after = await fetch(`${path}/${stored.id}`, { headers })
    expect(Buffer.from(await after.arrayBuffer()).equals(signed)).toBe(true)
    expect(await call('GET', `/requests/${id}/signatures`)).toMatchObject({
      body: {
        signatures: [
          {
            ...{ signature: 'doc#Signature1', document: 1, sub: 'agency/s' },
            signed_at: Math.floor(at / 1000),
          },
        ],
      },
    })
    expect(await call('POST', `/requests/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    })
  })

  it('is for the agency itself, with a token for it', async () => {
    const id = await created()
    expect(await call('GET', `/requests/${id}`, { token: 'nobody' })).toMatchObject({ status: 401 })
    for (const token of ['reader', 'person']) {
      const refused = await call('GET', `/requests/${id}`, { token })
      expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
      expect(refused.headers.get('WWW-Authenticate')).toContain('insufficient_scope')
    }
  })

  it('never shows one client what another one has', async () => {
    const id = await created()
    await uploaded(id)
    const paths: readonly (readonly [string, string])[] = [
      ['GET', ''],
      ['POST', '/ready'],
      ['POST', '/cancel'],
      ['GET', '/signatures'],
      ['GET', '/documents/1'],
      ['DELETE', '/documents/1'],
    ]
    for (const [method, path] of paths) {
      const answer = await call(method, `/requests/${id}${path}`, { token: 'other' })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const sent = await call('POST', `/requests/${id}/documents`, {
      ...{ token: 'other', body: pdf, headers: PDF },
    })
    expect(sent.status).toBe(404)
    expect((await call('GET', `/requests/${id}`)).body).toMatchObject({ state: 'open' })
  })

  it.each([
    ['a script', minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (x) >>' }), 'javascript'],
    ['noise', randomBytes(5000), 'not_pdf'],
    ['half a file', pdf.subarray(0, 60), 'no_pages'],
  ])('refuses %s with its reason and keeps nothing of it', async (_name, bytes, reason) => {
    const id = await created()
    const before = await files()
    const answer = await uploaded(id, bytes)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    expect(answer).toMatchObject({ status: 422, body: { code: 'document_refused', reason } })
    expect(await files()).toBe(before)
    expect(await eventsOf(id)).toContain('document.refused')
    expect(await call('POST', `/requests/${id}/ready`)).toMatchObject({
      ...{ status: 409, body: { code: 'no_documents' } },
    })
  })

  it('refuses what is too large, said beforehand or not', async () => {
    const id = await created()
    const before = await files()
    const large = Buffer.alloc(3 * 1024 * 1024 + 1)
    expect(await uploaded(id, large).catch(() => ({ status: 413 }))).toMatchObject({ status: 413 })
    const status = await new Promise<number | undefined>((done, fail) => {
      const sending = httpRequest(`${site.url}/signing/v1/requests/${id}/documents`, {
        method: 'POST',
        headers: { ...PDF, Authorization: 'Bearer agency', 'Transfer-Encoding': 'chunked' },
      })
      sending.once('response', ({ statusCode }) => done(statusCode)).once('error', fail)
      sending.end(large)
    })
    expect(status).toBe(413)
    expect(await files()).toBe(before)
  })

  it('keeps nothing of what breaks off', async () => {
    const id = await created()
    const before = await files()
    await new Promise<void>((done) => {
      const sending = httpRequest(`${site.url}/signing/v1/requests/${id}/documents`, {
        method: 'POST',
        headers: { ...PDF, Authorization: 'Bearer agency', 'Content-Length': 100_000 },
      })
      sending.once('error', () => done())
      sending.write(pdf)
      setTimeout(() => sending.destroy(), 100)
    })
    await new Promise((done) => setTimeout(done, 200))
    expect(await files()).toBe(before)
    expect((await call('GET', `/requests/${id}`)).body['documents']).toEqual([])
  })

  it('checks what is sent at the door', async () => {
    const id = await created()
    const wrong = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`
    const cases: readonly (readonly [Promise<Answer>, number, string])[] = [
      [uploaded(id, pdf, { 'Content-Digest': wrong }), 400, 'digest_mismatch'],
      [uploaded(id, pdf, { 'Content-Digest': 'md5=:x:' }), 400, 'invalid_request'],
      [uploaded(id, pdf, { 'Content-Type': 'text/plain' }), 415, 'wrong_type'],
      [
        uploaded(id, pdf, { 'Content-Disposition': 'attachment; filename="../x.pdf"' }),
        ...([400, 'invalid_request'] as const),
      ],
      [call('POST', '/requests', { json: {} }), 400, 'invalid_request'],
      [call('POST', '/requests', { json: { purpose: 'x', more: 1 } }), 400, 'invalid_request'],
      [
        call('POST', '/requests', { json: { purpose: 'x', webhook: 'http://a.example/' } }),
        ...([400, 'invalid_webhook'] as const),
      ],
      [
        call('POST', '/requests', { json: { purpose: 'x', signers: [{ sub: 'stranger' }] } }),
        ...([400, 'unknown_signer'] as const),
      ],
      [call('GET', '/requests/none'), 404, 'not_found'],
    ]
    for (const [answer, status, code] of cases) {
      expect(await answer).toMatchObject({
        status,
        body: { code, status, type: expect.any(String) as unknown },
      })
    }
  })

  it('takes twenty uploads at once into one request', async () => {
    const id = await created()
    const answers = await Promise.all(Array.from({ length: 20 }, () => uploaded(id)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
    const { body } = await call('GET', `/requests/${id}`)
    expect(body['documents']).toHaveLength(20)
  }, 60_000)

  it('lets documents be taken out while it is open, and cancelled while it waits', async () => {
    const id = await created()
    await uploaded(id)
    const before = await files()
    expect(await call('DELETE', `/requests/${id}/documents/1`)).toMatchObject({
      ...{ status: 200, body: { documents: [] } },
    })
    expect(await files()).toBe(before - 1)
    await uploaded(id)
    await call('POST', `/requests/${id}/ready`)
    expect((await uploaded(id)).body).toMatchObject({ code: 'wrong_state' })
    expect(await call('POST', `/requests/${id}/cancel`)).toMatchObject({
      ...{ status: 200, body: { state: 'cancelled' } },
    })
    expect(await files()).toBe(before - 1)
  })

  requestCases(() => site)

  it('expires when its time is over', async () => {
    const id = await created({ expires_in: 60 })
    site.service.clock.later(60_000)
    expect((await call('GET', `/requests/${id}`)).body).toMatchObject({ state: 'expired' })
    expect(await eventsOf(id)).toContain('signature_request.expired')
  })
})
