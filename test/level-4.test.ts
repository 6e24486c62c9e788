import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import { checkCades, checkJades } from '../src/signing/transaction/index.ts'
import { verifyPdf } from '../src/signing/verify/verify-pdf.ts'
import { Agent } from './support/agent.ts'
import type { SoftwareAuthenticator } from './support/authenticator.ts'
import { headingOf } from './support/level-2.ts'
import { ACR } from './support/level-3.ts'
import {
  approve,
  contentOf,
  evidenceOf,
  fileOf,
  openSignatureWindow,
  optionsOf,
  passkeyFor,
  placeOf,
  press,
  requested,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
  readOn,
} from './support/level-4.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

let window: SignatureWindow
let passkey: SoftwareAuthenticator
let agent: Agent
beforeAll(async () => {
  window = await openSignatureWindow()
  passkey = passkeyFor(window)
}, 60_000)
afterAll(() => window.close())

const verdictOn = (pdf: Uint8Array) =>
  verifyPdf(pdf, { anchors: window.signing.anchors, now: Date.now() }).report
const sha256 = (bytes: Uint8Array, how: 'hex' | 'base64url' = 'hex') =>
  createHash('sha256').update(bytes).digest(how)

/** To the page of what is to be signed, in the browser that has enrolled. */
const comeAgain = (details?: readonly Record<string, unknown>[], clientId?: string) =>
  toLevel4(window, { agent, details, clientId })

describe('level 4', () => {
  it('enrols: terms, passkey, the terms as the first signature; then a declaration is signed, and acr is 4', async () => {
    const start = await toLevel4(window)
    agent = start.agent
    expect(placeOf(start.page)).toBe('signature/terms')
    expect(headingOf(start.page)).toBe(en.signature.termsTitle)
    expect(start.page.html).toContain(en.signature.protection.software)

    const asked = await press(agent, start.page, 'agree')
    expect(placeOf(asked)).toBe('signature/passkey')
    const attestation = passkey.create(optionsOf(asked))
    const terms = await agent.submit(asked, { attestation }, 'csrf')
    expect(headingOf(terms)).toBe(en.signature.reviewTitle.terms)

    const declaration = await approve(agent, terms, passkey)
    expect(headingOf(declaration)).toBe(en.signature.reviewTitle.declaration)
    const paper = await fileOf(agent, declaration, 'declaration.pdf')
    expect(readOn(declaration)).toContain(sha256(paper))

    const end = await agent.walk(await approve(agent, declaration, passkey))
    const claims = (await start.party.redeem(end.away as URL, start.request)).claims()
    expect(claims).toMatchObject({
      acr: `${ACR}4`,
      amr: expect.arrayContaining(['face', 'hwk', 'user', 'mfa']),
    })

    const [proof, ...rest] = await evidenceOf(window)
    expect(proof).toMatchObject({ rank: 4, method: 'signature', detail: { result: 'proved' } })
    const kept = await contentOf(window.documents, String(proof?.detail['declaration']))
    expect(kept.subarray(0, paper.length).equals(paper)).toBe(true)
    const report = verdictOn(kept)
    expect(report.signatures[0]).toMatchObject({
      indication: 'TOTAL-PASSED',
      profile: 'B-LTA',
      claimed: { name: 'سارا نمونه‌زاده' },
    })

    const accepted = rest.find(({ detail }) => detail['result'] === 'terms')
    const jws = await contentOf(window.documents, String(accepted?.detail['signature']))
    const { payload } = JSON.parse(jws.toString('utf8')) as { payload: string }
    const text = Buffer.from(payload, 'base64url')
    expect(text.toString('utf8')).toContain(en.signature.termsLines('', false)[0])
    expect(checkJades(jws.toString('utf8'), text)).toMatchObject({ fault: undefined })
    expect(sha256(text)).toBe(accepted?.detail['terms_sha256'])
  })

  it('asks for a signature each time, and not for terms again', async () => {
    const { page } = await comeAgain()
    expect(headingOf(page)).toBe(en.signature.reviewTitle.declaration)
    const [credential, ...others] = await window.ports.signingCredentials.ofSubject(
      await subjectIdOf(window),
    )
    expect(others).toEqual([])
    expect(credential?.passkeys).toEqual([passkey.credentialId])
  })

  it('signs a text as JAdES, and the ID token says which', async () => {
    const text = 'انتقال ۱۲۰٬۰۰۰ ریال به حساب ۱۲۳\nبابت قبض برق'
    const detail = { type: 'ir.transaction', text, ref: 'T-1' }
    const { page, party, request } = await comeAgain([detail])
    expect(headingOf(page)).toBe(en.signature.reviewTitle.transaction)
    expect(page.html).toContain('بابت قبض برق')
    const end = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(end.away as URL, request)
    const claims = tokens.claims() as Record<string, unknown>
    const content = Buffer.from(text.normalize('NFC'), 'utf8')
    expect(claims).toMatchObject({
      acr: `${ACR}4`,
      transaction_hash: sha256(content, 'base64url'),
    })
    const [id = ''] = claims['signatures'] as string[]
    expect(tokens['authorization_details']).toEqual([
      { ...detail, transaction_hash: claims['transaction_hash'], signature: id },
    ])
    const jws = (await contentOf(window.documents, id)).toString('utf8')
    const check = checkJades(jws, content)
    expect(check.fault).toBeUndefined()
    expect(check.timestampTokens).toHaveLength(1)
    const kept = await window.ports.signatureRequests.find(id)
    expect(kept).toMatchObject({ clientId: 'rp', state: 'signed', purpose: 'T-1' })
  })

  it('signs a text as CAdES', async () => {
    const text = 'I agree.'
    const { page, party, request } = await comeAgain([
      { type: 'ir.transaction', text, format: 'CAdES' },
    ])
    const end = await agent.walk(await approve(agent, page, passkey))
    const claims = (await party.redeem(end.away as URL, request)).claims()
    const [id = ''] = claims?.['signatures'] as string[]
    const check = checkCades(await contentOf(window.documents, id), Buffer.from(text))
    expect(check.fault).toBeUndefined()
  })

  it('signs the documents of a request in one act, and hands them over', async () => {
    const files = [minimalPdf(), minimalPdf({ pages: 2, kind: 'stream' })]
    const id = await requested(window, files, {
      appearance: { page: 1, left: 20, top: 20, width: 80, height: 30 },
    })
    const { page, party, request } = await comeAgain([
      { type: 'ir.signature_request', request: id },
    ])
    expect(headingOf(page)).toBe(en.signature.reviewTitle.documents)
    for (const [at, file] of files.entries()) {
      const shown = await fileOf(agent, page, `document-${at + 1}.pdf`)
      expect(shown.equals(file)).toBe(true)
    }
    const address = `${page.url.pathname}/files/document-2.pdf`
    const part = await agent.fetch(address, { headers: { range: 'bytes=5-14' } })
    expect([part.status, part.headers.get('content-range'), part.headers.get('etag')]).toEqual([
      206,
      `bytes 5-14/${files[1]?.length}`,
      `"${sha256(files[1] ?? Buffer.alloc(0))}"`,
    ])
    expect(Buffer.from(await part.arrayBuffer())).toEqual(files[1]?.subarray(5, 15))
    const beyond = await agent.fetch(address, { headers: { range: 'bytes=9999999-' } })
    expect(beyond.status).toBe(416)
    const end = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(end.away as URL, request)
    const after = await window.ports.signatureRequests.find(id)
    expect(after).toMatchObject({
      state: 'signed',
      signers: [
        { subjectId: await subjectIdOf(window), signatures: tokens.claims()?.['signatures'] },
      ],
    })
    expect(tokens['authorization_details']).toMatchObject([
      {
        documents: after?.documents.map(({ id: one, sha256: hash }) => ({ id: one, sha256: hash })),
      },
    ])
    for (const [at, one] of (after?.documents ?? []).entries()) {
      const signed = await contentOf(window.documents, one.id)
      expect(sha256(signed)).toBe(one.sha256)
      expect(one.uploadedSha256).toBe(sha256(files[at] ?? Buffer.alloc(0)))
      const [signature] = verdictOn(signed).signatures
      expect(signature).toMatchObject({
        indication: 'TOTAL-PASSED',
        profile: 'B-LTA',
        claimed: { reason: 'A contract' },
      })
    }
  })

  const THIRD = { type: 'ir.transaction', text: 'I pay 10 rials.' }
  const scope = 'openid phone'

  it('has no page of consent for what was signed; for what else is asked, no means no more than that', async () => {
    const { page, party, request } = await toLevel4(window, {
      ...{ agent, clientId: 'asking', details: [THIRD], params: { scope } },
    })
    const asked = await approve(agent, page, passkey)
    expect(asked.html).toContain(en.consent.introSigned)
    expect(asked.html).not.toContain(THIRD.text)
    const refused = await agent.walk(asked, { consent: 'refuse' })
    const tokens = await party.redeem(refused.away as URL, request)
    expect(tokens['authorization_details']).toMatchObject([{ signature: expect.any(String) }])
    expect(tokens.scope).toBe('openid')
    const known = party.config.serverMetadata()
    const answer = await fetch(known.userinfo_endpoint ?? '', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(await answer.json()).not.toHaveProperty('phone_number')
  })

  it('asks again for what was refused beside a signature; what was granted is not asked for again', async () => {
    const come = () =>
      toLevel4(window, { agent, clientId: 'asking', details: [THIRD], params: { scope } })
    const { page, party, request } = await come()
    const asked = await approve(agent, page, passkey)
    expect(asked.html).toContain(en.consent.scopes['phone'])
    const granted = await agent.walk(asked)
    expect((await party.redeem(granted.away as URL, request)).scope).toBe(scope)
    const next = await come()
    const { away } = await approve(agent, next.page, passkey)
    expect(away?.searchParams.has('code')).toBe(true)
  })

  it('asks for consent to details that are not signed; no means that they are not granted', async () => {
    const other = { type: 'ir.service_request', service: 'tax' }
    const { page, party, request } = await toLevel4(window, {
      ...{ agent, clientId: 'asking', details: [THIRD, other], params: { scope } },
    })
    const asked = await approve(agent, page, passkey)
    expect(asked.html).toContain(en.consent.serviceRequest)
    const refused = await agent.walk(asked, { consent: 'refuse' })
    const tokens = await party.redeem(refused.away as URL, request)
    expect(tokens['authorization_details']).toMatchObject([{ type: 'ir.transaction' }])
    expect(tokens['authorization_details']).toHaveLength(1)
  })

  it('has no page of consent after a signature for a service of the state', async () => {
    const { page } = await comeAgain([THIRD])
    const { away } = await approve(agent, page, passkey)
    expect(away?.searchParams.has('code')).toBe(true)
  })

  it('reaches its service also when nobody is chosen afterwards; the next request asks again', async () => {
    const asking = { agent, details: [THIRD], params: { scope: 'openid legal_person' } }
    const { page, party, request } = await toLevel4(window, asking)
    const choice = await approve(agent, page, passkey)
    expect(choice.html).toContain(en.representation.signed)
    expect(choice.html).toContain(en.consent.refuseSigned)
    const { away } = await press(agent, choice, 'cancel')
    const tokens = await party.redeem(away as URL, request)
    expect(tokens['authorization_details']).toMatchObject([{ signature: expect.any(String) }])
    expect(tokens.scope).toBe('openid')
    expect(tokens.claims()).not.toHaveProperty('representee')

    const next = await toLevel4(window, asking)
    const again = await approve(agent, next.page, passkey)
    const chosen = await agent.submit(again, { for: 'self' }, 'csrf')
    const more = await next.party.redeem((await agent.walk(chosen)).away as URL, next.request)
    expect(more.scope).toBe('openid legal_person')
  })

  it('is stopped by the person: the service is told no, and the sign-in of this very visit stays', async () => {
    const visitor = new Agent(window)
    const { page, party } = await toLevel4(window, { agent: visitor })
    const { away } = await press(visitor, page, 'cancel')
    expect(away?.searchParams.get('error')).toBe('access_denied')
    for (const [level, outcome] of [
      ['3', 'code'],
      ['4', 'error'],
    ] as const) {
      const quiet = await party.request({ acr_values: `${ACR}${level}`, prompt: 'none' })
      const answer = (await visitor.get(quiet.url)).away
      expect(answer?.searchParams.has(outcome)).toBe(true)
    }
  })

  it('activates hashes for a service, which nobody has signed yet', async () => {
    const hash = createHash('sha256').update('to be signed').digest('base64')
    const { page, party, request } = await comeAgain([
      {
        type: 'credential',
        hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        documentDigests: [{ hash, label: 'Deed' }],
      },
    ])
    expect(headingOf(page)).toBe(en.signature.reviewTitle.hashes)
    expect(readOn(page)).toContain(Buffer.from(hash, 'base64').toString('hex'))
    const end = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(end.away as URL, request)
    const [detail] = tokens['authorization_details'] as unknown as Record<string, string>[]
    const activation = await window.ports.activations.find(detail?.['activation'] ?? '')
    const url = Buffer.from(hash, 'base64').toString('base64url')
    expect(activation).toMatchObject({
      hashes: [],
      digests: [url],
      clientId: 'rp',
      credentialId: detail?.['credentialID'],
    })
    expect(await window.ports.activations.spend(activation?.id ?? '', 'digest', url)).toBe(true)
  })
})
