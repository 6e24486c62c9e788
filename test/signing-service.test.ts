import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import {
  approve,
  enrolled,
  openSignatureWindow,
  readOn,
  REZA,
  RP,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

const CLIENT = {
  ...RP,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
}

let window: SignatureWindow
beforeAll(async () => {
  window = await openSignatureWindow({ window: { clients: [CLIENT] } })
})
afterAll(() => window?.close())

type Json = Record<string, unknown>

async function token(scope: string, more: Record<string, string> = {}): Promise<string> {
  const basic = Buffer.from(`rp:${String(RP['client_secret'])}`).toString('base64')
  const answer = await fetch(`${window.url}/oauth2/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: window.url,
      scope,
      ...more,
    }),
  })
  const json = (await answer.json()) as Json
  expect(json).toMatchObject({ token_type: 'Bearer' })
  return String(json['access_token'])
}

async function call(bearer: string, path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers)
  headers.set('Authorization', `Bearer ${bearer}`)
  const answer = await fetch(`${window.url}${path}`, { ...init, headers })
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

async function json(bearer: string, path: string, body?: object): Promise<Json> {
  const init = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
  const { status, bytes } = await call(bearer, path, init)
  expect([path, status, status < 300 ? '' : bytes.toString()]).toEqual([path, status, ''])
  return JSON.parse(bytes.toString()) as Json
}

const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('the signing service of a whole window', () => {
  it('takes a document, has it signed by the citizen, and gives it back for anybody to verify', async () => {
    const bearer = await token('signing')
    const pdf = minimalPdf({})
    const { id } = await json(bearer, '/signing/v1/requests', {
      purpose: 'قرارداد اجاره',
      profile: 'B-LTA',
    })
    const documents = `/signing/v1/requests/${String(id)}/documents`
    const upload = await call(bearer, documents, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf' },
      body: new Uint8Array(pdf),
    })
    expect(upload.status).toBe(201)
    const ready = await json(bearer, `/signing/v1/requests/${String(id)}/ready`, {})
    const details = ready['authorization_details'] as Json[]

    const { agent, page, party, request, passkey } = await enrolled(window, { details })
    expect(page.html).toContain('قرارداد اجاره')
    expect(readOn(page)).toContain(hex(pdf))
    const done = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(done.away ?? new URL('about:blank'), request)
    expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:acr:4' })
    expect(tokens.claims()?.['signatures']).toHaveLength(1)

    const { bytes: signed } = await call(bearer, `${documents}/1`)
    expect(signed.subarray(0, pdf.length).equals(pdf)).toBe(true)
    expect(tokens['authorization_details']).toMatchObject([
      { documents: [{ sha256: hex(signed) }] },
    ])
    const verified = await fetch(`${window.url}/verify/api`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf' },
      body: new Uint8Array(signed),
    })
    const report = JSON.stringify(await verified.json())
    expect(report).toContain('TOTAL-PASSED')
    expect(report).toContain('B-LTA')
    expect(report).not.toContain('TOTAL-FAILED')
  })

  it('asks for every act anew, though the session has just signed', async () => {
    const details = [{ type: 'ir.transaction', text: 'انتقال ۱۰۰ ریال' }]
    const { agent, passkey, page, party, request } = await enrolled(window, {
      details,
      who: REZA,
    })
    const done = await agent.walk(await approve(agent, page, passkey))
    const first = (await party.redeem(done.away ?? new URL('about:blank'), request)).claims()
    const again = await toLevel4(window, { agent, details, who: REZA })
    expect(again.page.html).toContain('data-passkey="get"')
    const once = await agent.walk(await approve(agent, again.page, passkey))
    const tokens = await again.party.redeem(once.away ?? new URL('about:blank'), again.request)
    const second = decodeJwt(String(tokens.id_token))
    expect(second['transaction_hash']).toBe(first?.['transaction_hash'])
    expect(second['signatures']).not.toEqual(first?.['signatures'])
  })

  it('knows nobody without a token of this window with the right scope', async () => {
    const plain = await call('nothing', '/signing/v1/requests/x')
    expect(plain.status).toBe(401)
    const other = await call(await token('service'), '/signing/v1/requests/x')
    expect(other.status).toBe(403)
  })

  it('says by CSC API v2 what it can do', async () => {
    const answer = await fetch(`${window.url}/csc/v2/info`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ specs: expect.stringMatching(/^2\./) })
  })
})
