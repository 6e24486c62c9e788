import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { signingRoutes } from '../../../src/extensions/signing-service/index.ts'
import { ownerOf, sealCertificates } from '../../../src/signing/seals/seal-certificates.ts'
import { sealer } from '../../../src/signing/seals/sealer.ts'
import { minimalPdf } from '../../signing/support/minimal-pdf.ts'
import { AGENCY, sealWorld, type SealWorld } from '../../signing/support/seal-world.ts'
import { mounted, openService, PLAIN_NAMES, type Site } from './agency.ts'
import { described } from './described.ts'

const pdf = minimalPdf({})
const hash = (bytes: Uint8Array, as: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(bytes).digest(as)
const description = described('signing.json')

let world: SealWorld
let service: Awaited<ReturnType<typeof openService>>
let site: Site
beforeAll(async () => {
  world = await sealWorld()
  service = await openService()
  const { ports, bearer, inspector, bearers } = service
  for (const clientId of ['agency', 'without', 'revoked', 'busy', 'busy-too']) {
    bearers.set(clientId, { clientId, scopes: ['signing'] })
  }
  bearers.set('reader', { clientId: 'agency', scopes: ['openid'] })
  bearers.set('person', { clientId: 'agency', subjectId: 'someone', scopes: ['signing'] })
  const certificates = sealCertificates({ ...ports, ...world.signing })
  const make = (clientId: string) =>
    certificates.create(ownerOf(clientId), AGENCY, { actor: 'operator' })
  const [, revoked] = [await make('agency'), await make('revoked')]
  await certificates.revoke(revoked!, 'key_compromise', 'operator')
  site = await mounted(
    signingRoutes({
      ...{ ports, bearer, inspector, subjects: PLAIN_NAMES, allowInside: false },
      seals: sealer({ ...ports, signing: world.signing }),
      limits: { documentBytes: 1024 * 1024, sealsPerMinute: 20 },
    }),
  )
})
afterAll(async () => {
  await site?.close()
  await service?.close()
  await world?.close()
})
afterEach(() => world.reset())

interface Sending {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: string
}

async function send(path: string, body: Uint8Array | string, sending: Sending = {}) {
  const { token = 'agency', headers = {}, query = '' } = sending
  const type = typeof body === 'string' ? 'application/json' : 'application/pdf'
  const answer = await fetch(`${site.url}/signing/v1${path}${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': type, ...headers },
    body: typeof body === 'string' ? body : Buffer.from(body),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const got = answer.headers.get('Content-Type') ?? ''
  const json = got.includes('json') ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {}
  const at = `/signing/v1${path}`
  expect(description.faults('POST', at, answer.status, got, json)).toEqual([])
  return { status: answer.status, headers: answer.headers, bytes, json }
}
const files = async () => (await readdir(service.directory)).length

describe('a document that an agency seals', () => {
  it('comes back under its seal, and nothing of it stays here', async () => {
    const before = await files()
    const headers = {
      'Content-Disposition': 'attachment; filename="notice.pdf"',
      'Content-Digest': `sha-256=:${hash(pdf, 'base64')}:`,
    }
    const { status, bytes, headers: got } = await send('/seals', pdf, { headers })
    expect(status).toBe(200)
    expect(bytes.subarray(0, pdf.length).equals(pdf)).toBe(true)
    expect(got.get('Content-Digest')).toBe(`sha-256=:${hash(bytes, 'base64')}:`)
    expect(got.get('Content-Disposition')).toContain('notice.pdf')
    expect(await world.verifier.verify(bytes)).toMatchObject({
      indication: 'TOTAL-PASSED',
      signatures: [{ profile: 'B-LTA', signer: { legalPerson: AGENCY } }, {}],
    })
    expect(await files()).toBe(before)
    await service.ports.events.flush()
    const [event] = await service.ports.eventLog.list({ limit: 1, type: 'seal.made' })
    expect(event).toMatchObject({ clientId: 'agency', detail: { sha256: hash(bytes) } })
  })

  it('is sealed as far as it says', async () => {
    const { bytes } = await send('/seals', pdf, { query: '?profile=B-B' })
    const report = await world.verifier.verify(bytes)
    expect(report.signatures).toMatchObject([{ profile: 'B-B' }])
    for (const query of ['?profile=B-X', '?more=1']) {
      expect(await send('/seals', pdf, { query })).toMatchObject({ status: 400 })
    }
  })

  it('shows the organisation where it is asked to, and nothing otherwise', async () => {
    const seen = (appearance: object) =>
      send('/seals', pdf, {
        query: `?profile=B-B&appearance=${encodeURIComponent(JSON.stringify(appearance))}`,
      })
    const place = { page: -1, left: 20, top: 20, width: 80, height: 25 }
    const [shown, hidden] = [
      await seen(place),
      await send('/seals', pdf, { query: '?profile=B-B' }),
    ]
    expect(shown.status).toBe(200)
    expect(await world.verifier.verify(shown.bytes)).toMatchObject({ indication: 'TOTAL-PASSED' })
    const rectOf = ({ bytes }: { readonly bytes: Buffer }) =>
      /\/Rect \[([^\]]*)\]/.exec(bytes.toString('latin1'))?.[1]?.trim().split(/\s+/).map(Number)
    expect(rectOf(hidden)).toEqual([0, 0, 0, 0])
    const [left = 0, low = 0, right = 0, high = 0] = rectOf(shown) ?? []
    expect(((right - left) / 72) * 25.4).toBeCloseTo(80, 0)
    expect(((high - low) / 72) * 25.4).toBeCloseTo(25, 0)
    expect(shown.bytes.length).toBeGreaterThan(hidden.bytes.length + 1000)
    const outside = await seen({ ...place, left: 4000 })
    expect(outside.json).toMatchObject({ code: 'document_refused', reason: 'place_invalid' })
    expect((await seen({ left: 20 })).json['code']).toBe('invalid_request')
    const broken = await send('/seals', pdf, { query: '?appearance=%7B' })
    expect(broken.json['code']).toBe('invalid_request')
  })

  it.each([
    ['nobody', 401, 'unauthorized'],
    ['reader', 403, 'forbidden'],
    ['person', 403, 'forbidden'],
    ['without', 409, 'no_seal'],
    ['revoked', 409, 'no_seal'],
  ])('is not sealed for %s', async (token, status, code) => {
    const answer = await send('/seals', pdf, { token })
    expect([answer.status, answer.json['code']]).toEqual([status, code])
  })

  it('is looked at like any upload: size, hash, and what it could do', async () => {
    const before = await files()
    const script = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (x) >>' })
    const large = Buffer.alloc(1024 * 1024 + 1, 0x20)
    const wrong = { headers: { 'Content-Digest': `sha-256=:${hash(script, 'base64')}:` } }
    const answers = [
      await send('/seals', script),
      await send('/seals', large),
      await send('/seals', pdf, wrong),
      await send('/seals', '{}'),
    ]
    expect(answers.map(({ json }) => json['code'])).toEqual([
      'document_refused',
      'too_large',
      'digest_mismatch',
      'wrong_type',
    ])
    expect(await files()).toBe(before)
  })

  it('waits for the time stamp authority, and is not given out without it', async () => {
    const before = await files()
    for (const service of ['tsa', 'tsa2']) await world.fault(service, 'down')
    const { status, json, headers } = await send('/seals', pdf)
    expect([status, json['code'], headers.get('Retry-After')]).toEqual([503, 'seal_away', '30'])
    await service.ports.events.flush()
    const [failed] = await service.ports.eventLog.list({ type: 'seal.failed', limit: 1 })
    expect(failed).toMatchObject({ clientId: 'agency' })
    expect(await files()).toBe(before)
  })

  it('is one of so many a minute', async () => {
    const tries = Array.from({ length: 21 }, () => send('/seals', pdf, { token: 'busy' }))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((one) => one === 429)).toHaveLength(1)
    expect(statuses.filter((one) => one === 409)).toHaveLength(20)
  })
})

describe('a request for signatures that wants a seal', () => {
  const request = (seal: unknown, token = 'agency') =>
    send('/requests', JSON.stringify({ purpose: 'اجاره', seal }), { token })

  it('before its signers has it on what is uploaded', async () => {
    const { json } = await request({ order: 'before' })
    expect(json['seal']).toEqual({ order: 'before' })
    const id = String(json['id'])
    const before = await files()
    const uploaded = await send(`/requests/${id}/documents`, pdf)
    expect(uploaded).toMatchObject({ status: 201, json: { uploaded_sha256: hash(pdf) } })
    expect(await files()).toBe(before + 1)
    const kept = await service.ports.signatureRequests.find(id)
    const opened = await service.documents.open(kept?.documents[0]?.id ?? '')
    const bytes = opened?.read(0, opened.size) ?? Buffer.alloc(0)
    await opened?.close()
    expect(uploaded.json).toMatchObject({ sha256: hash(bytes), size: bytes.length })
    const report = await world.verifier.verify(bytes)
    expect(report.signatures[0]?.signer?.legalPerson).toEqual(AGENCY)
  })

  it('after them has what was uploaded until then', async () => {
    const { json } = await request({ order: 'after' })
    const uploaded = await send(`/requests/${String(json['id'])}/documents`, pdf)
    expect(uploaded.json).toMatchObject({ sha256: hash(pdf), uploaded_sha256: hash(pdf) })
  })

  it('after them must fit on what is uploaded, before anybody signs', async () => {
    const place = { left: 4000, top: 20, width: 80, height: 25 }
    const { json } = await request({ order: 'after', appearance: place })
    const uploaded = await send(`/requests/${String(json['id'])}/documents`, pdf)
    expect(uploaded.json).toMatchObject({ code: 'document_refused', reason: 'place_invalid' })
  })

  it('is not made without one, and not in another order', async () => {
    for (const token of ['without', 'revoked']) {
      expect((await request({ order: 'after' }, token)).json['code']).toBe('no_seal')
    }
    for (const odd of [{}, { order: 'between' }, 'before', { order: 'after', more: 1 }]) {
      expect((await request(odd)).json['code']).toBe('invalid_request')
    }
  })

  it('keeps nothing of an upload that could not be sealed', async () => {
    const { json } = await request({ order: 'before' })
    const before = await files()
    for (const service of ['tsa', 'tsa2']) await world.fault(service, 'down')
    const uploaded = await send(`/requests/${String(json['id'])}/documents`, pdf)
    expect([uploaded.status, uploaded.json['code']]).toEqual([503, 'seal_away'])
    expect(await files()).toBe(before)
  })
})
