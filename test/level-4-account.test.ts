import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { signaturesOf } from '../src/extensions/account/signatures.ts'
import { en as account } from '../src/extensions/account/text/en.ts'
import { sweepRequests } from '../src/extensions/signing-service/retention.ts'
import { Agent } from './support/agent.ts'
import type { SoftwareAuthenticator } from './support/authenticator.ts'
import { isForm } from './support/level-2.ts'
import {
  approve,
  climb,
  enrolled,
  newNotices,
  noticesOf,
  openSignatureWindow,
  placeOf,
  press,
  readOn,
  requested,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

const LIST = '/account'
const REVOKE = '/account/revoke'
const TEXT = { type: 'ir.transaction', text: 'I pay 20 rials.', ref: 'T-1' }
const HASH = createHash('sha256').update('a deed').digest('base64')
const HASHES = {
  type: 'credential',
  hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
  documentDigests: [{ hash: HASH, label: 'Deed' }],
}

let window: SignatureWindow
let agent: Agent
let passkey: SoftwareAuthenticator
beforeAll(async () => {
  window = await openSignatureWindow()
  const start = await enrolled(window)
  ;({ agent, passkey } = start)
  await approve(agent, start.page, passkey)
}, 60_000)
afterAll(() => window.close())

const sign = async (details: readonly Record<string, unknown>[]) => {
  const { page } = await toLevel4(window, { agent, details })
  return approve(agent, page, passkey)
}
const ownCertificate = async () => {
  const [own] = await window.ports.signingCredentials.ofSubject(await subjectIdOf(window))
  if (own === undefined) throw new Error('nobody has enrolled')
  return own
}

describe('the citizen’s own pages', () => {
  it('are not for whoever has but a number', async () => {
    const visitor = new Agent(window)
    const asked = await visitor.walk(await visitor.get(`${LIST}?lang=en`))
    expect(isForm(asked, 'national_id')).toBe(true)
    const left = await press(visitor, asked, 'cancel')
    expect(left.url.pathname).toBe('/account/back')
    expect(left.html).not.toContain('سارا')
    expect(isForm(await visitor.get(LIST), 'national_id')).toBe(true)
  })

  it('are signed in to as any service is', async () => {
    const visitor = new Agent(window)
    const page = await climb(window, visitor, await visitor.get(LIST))
    expect(page.url.pathname).toBe(LIST)
    expect(page.html).toContain('سارا نمونه‌زاده')
  })

  it('show the certificate, and what was signed with it, when and for whom', async () => {
    const request = await requested(window, [minimalPdf(), minimalPdf({ pages: 2 })])
    await sign([{ type: 'ir.signature_request', request }])
    await sign([TEXT, HASHES])
    const { html } = await agent.get(`${LIST}?lang=en`)
    expect(html).toContain('سارا نمونه‌زاده')
    expect(html).toContain(account.states.in_force)
    for (const what of ['documents', 'transaction', 'declaration', 'hashes', 'terms'] as const) {
      expect(html).toContain(account.what[what])
    }
    for (const name of ['T-1', 'paper 2', 'Deed', 'A Service']) expect(html).toContain(name)
    expect(readOn({ html })).toContain(createHash('sha256').update(minimalPdf()).digest('hex'))
  })

  it('are told of by message: each act once, the certificate, and no name of a document', async () => {
    const known = (await noticesOf(window)).length
    const request = await requested(window, [minimalPdf(), minimalPdf(), minimalPdf()])
    const details = [{ type: 'ir.signature_request', request }]
    const { page } = await toLevel4(window, { agent, details })
    // Two at once, and then a declaration, of which nobody is told.
    await Promise.all([approve(agent, page, passkey), approve(agent, page, passkey)])
    await sign([])
    await sign([TEXT])
    const told = await newNotices(window, { known, many: 2, says: /: (3 items were|1 item was) / })
    expect(told).toHaveLength(2)
    for (const text of told) expect(text).toContain(' signed in your name for "A Service" (')
    expect(told.filter((text) => text.startsWith('Panjereh: 3 items were'))).toHaveLength(1)
    expect(told.join()).not.toContain('paper')
    const all = await noticesOf(window)
    expect(all.filter((text) => text.includes('certificate was issued'))).toHaveLength(1)
    await window.ports.events.flush()
    const events = await window.ports.eventLog.list({ limit: 200 })
    const sent = events.filter(({ type }) => type === 'notice.sent')
    expect(sent.map(({ detail }) => detail?.['kind'])).toEqual(
      expect.arrayContaining(['signed', 'issued']),
    )
  })

  it('remember names, hashes and the service when the request is swept and the service gone', async () => {
    const file = minimalPdf({ pages: 3 })
    const request = await requested(window, [file])
    await sign([{ type: 'ir.signature_request', request }])
    const { ports, documents } = window
    const [signed] = (await ports.signatureRequests.find(request))?.documents ?? []
    const later = { now: () => Date.now() + 100 * 86_400_000 }
    expect(await sweepRequests({ ...ports, documents, clock: later }, 30)).toBeGreaterThan(0)
    expect(await ports.signatureRequests.find(request)).toBeUndefined()
    const known = await signaturesOf(
      { ...ports, clients: { ...ports.clients, find: async () => undefined } },
      await subjectIdOf(window),
      'en',
    )
    const sha256 = createHash('sha256').update(file).digest('hex')
    expect(known[0]).toMatchObject({
      client: 'A Service',
      things: [{ what: 'documents', name: 'paper 1', sha256, signed: signed?.sha256 }],
    })
    const { html } = await agent.get(`${LIST}?lang=en`)
    expect(readOn({ html })).toContain(sha256)
    expect(readOn({ html })).toContain(signed?.sha256)
  })

  it('revoke at once: the authority knows, the passkey is gone, nothing is signed any more', async () => {
    const { page } = await toLevel4(window, { agent, details: [TEXT] })
    const asked = await agent.get(`${REVOKE}?lang=en`)
    expect(asked.html).toContain(account.revoke.title)
    const forged = await agent.post(REVOKE, { reason: 'not_me', csrf: 'x' })
    expect(forged.url.pathname).toBe(REVOKE)
    expect((await ownCertificate()).revoked).toBeUndefined()

    const known = (await noticesOf(window)).length
    const done = await agent.submit(asked, { reason: 'not_me' }, 'csrf')
    expect(done.url.pathname + done.url.search).toBe(`${LIST}?done=told`)
    const [own] = await window.ports.signingCredentials.ofSubject(await subjectIdOf(window))
    expect(own?.revoked?.reason).toBe('key_compromise')
    const [certificate, issuer] = own?.certificateChain ?? []
    const since = Date.now()
    expect(
      await window.signing.revocation.check(
        certificate!,
        issuer ?? window.signing.anchors[0]!,
        since,
      ),
    ).toMatchObject({ status: 'revoked' })
    expect(await window.ports.authenticators.find(passkey.credentialId)).toBeUndefined()
    const metrics = await (await fetch(`${window.url}/metrics`)).text()
    expect(metrics).toContain('panjereh_certificate_withdrawals_total{outcome="told"} 1')

    const late = await approve(agent, page, passkey)
    expect(placeOf(late)).toBe('signature/terms')
    expect((await agent.get(`${REVOKE}?lang=en`)).url.pathname).toBe(LIST)
    // He knows what he has done himself.
    await window.ports.events.flush()
    const revoked = (await noticesOf(window)).slice(known)
    expect(revoked.filter((text) => text.includes('revoked'))).toEqual([])
    const waiting = await window.ports.citizenNotices.take(10, Date.now())
    expect(waiting.map(({ kind }) => kind)).not.toContain('revoked')
  })
})
