import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import type { SignatureRequest } from '../src/ports/signature-request-store.ts'
import { sealCertificates } from '../src/signing/seals/seal-certificates.ts'
import { verifyPdf } from '../src/signing/verify/verify-pdf.ts'
import type { Agent } from './support/agent.ts'
import type { SoftwareAuthenticator } from './support/authenticator.ts'
import { errorOf, headingOf, SARA, type Iranian } from './support/level-2.ts'
import {
  approve,
  contentOf,
  enrolled,
  openSignatureWindow,
  press,
  requested,
  REZA,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

interface Somebody {
  readonly agent: Agent
  readonly passkey: SoftwareAuthenticator
  readonly id: string
  readonly who: Iranian
}

let window: SignatureWindow
let sara: Somebody
let reza: Somebody
beforeAll(async () => {
  window = await openSignatureWindow()
  sara = { ...(await enrolled(window)), id: await subjectIdOf(window), who: SARA }
  reza = {
    ...(await enrolled(window, { who: REZA })),
    id: await subjectIdOf(window, REZA),
    who: REZA,
  }
}, 60_000)
afterAll(() => window.close())

const come = ({ agent, who }: Somebody, request: string, clientId?: string) =>
  toLevel4(window, { agent, who, clientId, details: [{ type: 'ir.signature_request', request }] })
const find = async (id: string) =>
  (await window.ports.signatureRequests.find(id)) as SignatureRequest
const signaturesIn = async (id: string) => {
  const [document] = (await find(id)).documents
  const pdf = await contentOf(window.documents, document?.id ?? '')
  const report = verifyPdf(pdf, { anchors: window.signing.anchors, now: Date.now() }).report
  return report.signatures.filter(({ kind }) => kind === 'signature')
}
const wanted = (more: Partial<SignatureRequest> = {}) => requested(window, [minimalPdf()], more)

describe('a request for signatures', () => {
  it('is signed by several people in order, and each signature stays valid', async () => {
    const id = await wanted({ signers: [{ subjectId: sara.id }, { subjectId: reza.id }] })
    const early = await come(reza, id)
    expect(headingOf(early.page)).toBe(en.signature.stops.not_your_turn.title)

    const first = await come(sara, id)
    await approve(sara.agent, first.page, sara.passkey)
    expect((await find(id)).state).toBe('ready')
    const again = await come(sara, id)
    expect(headingOf(again.page)).toBe(en.signature.stops.already_signed.title)

    const second = await come(reza, id)
    await approve(reza.agent, second.page, reza.passkey)
    expect((await find(id)).state).toBe('signed')
    const signatures = await signaturesIn(id)
    expect(signatures.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
    expect(signatures.map(({ claimed }) => claimed.name)).toEqual([
      'سارا نمونه‌زاده',
      'رضا آزمایشی',
    ])
  }, 30_000)

  it('is sealed by its service after the last signer, and all of it stays valid', async () => {
    const seals = sealCertificates({ ...window.ports, ...window.signing })
    const agency = { name: 'سازمان نمونه', identifier: 'NTRIR-14000000134' }
    const seal = await seals.create('client:rp', agency, { actor: 'operator' })
    const signers = [{ subjectId: sara.id }, { subjectId: reza.id }]
    const place = { page: -1, left: 20, top: 200, width: 80, height: 25 }
    const id = await wanted({ signers, seal: { order: 'after', appearance: place } })
    const first = await come(sara, id)
    expect(first.page.html).toContain(en.signature.sealText.after(agency.name))
    await approve(sara.agent, first.page, sara.passkey)
    expect(await signaturesIn(id)).toHaveLength(1)
    const second = await come(reza, id)
    await approve(reza.agent, second.page, reza.passkey)
    expect((await find(id)).state).toBe('signed')
    const signatures = await signaturesIn(id)
    expect(signatures.map(({ indication, profile }) => [indication, profile])).toEqual(
      Array.from({ length: 3 }, () => ['TOTAL-PASSED', 'B-LTA']),
    )
    expect(signatures.map(({ signer }) => signer?.legalPerson)).toEqual([
      undefined,
      undefined,
      agency,
    ])
    await seals.revoke(seal!, 'superseded', 'operator')
  }, 30_000)

  it('is not signed where the seal that must follow is not there any more', async () => {
    const id = await wanted({ seal: { order: 'after' } })
    const { page } = await come(sara, id)
    expect(headingOf(page)).toBe(en.signature.stops.seal_missing.title)
    expect((await find(id)).state).toBe('ready')
  })

  it.each(['B-B', 'B-T', 'B-LT', 'B-LTA'] as const)('is signed as it says: %s', async (profile) => {
    const id = await wanted({ profile })
    const { page } = await come(sara, id)
    await approve(sara.agent, page, sara.passkey)
    expect(await signaturesIn(id)).toMatchObject([{ profile }])
  })

  const over: readonly (readonly [string, Partial<SignatureRequest>])[] = [
    ['signed', { state: 'signed' }],
    ['cancelled', { state: 'cancelled' }],
    ['refused', { state: 'refused' }],
    ['not complete', { state: 'open' }],
    ['out of time', { expiresAt: Date.now() - 1000 }],
  ]
  it.each(over)('that is %s is not signed', async (_state, more) => {
    const { page } = await come(sara, await wanted(more))
    expect(headingOf(page)).toBe(en.signature.stops.request_over.title)
  })

  it('for somebody else, of another service, or that there is not, is not signed', async () => {
    const his = await come(sara, await wanted({ signers: [{ subjectId: reza.id }] }))
    expect(headingOf(his.page)).toBe(en.signature.stops.not_intended.title)
    const stolen = await come(sara, await wanted(), 'other')
    expect(headingOf(stolen.page)).toBe(en.signature.stops.request_gone.title)
    const none = await come(sara, 'nothing')
    expect(headingOf(none.page)).toBe(en.signature.stops.request_gone.title)
    const left = await press(sara.agent, none.page, 'return')
    expect(left.away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })

  it('goes to whoever is faster, where it is for anybody', async () => {
    const id = await wanted()
    const [one, other] = [await come(sara, id), await come(reza, id)]
    const answers = await Promise.all([
      approve(sara.agent, one.page, sara.passkey).then((seen) => sara.agent.walk(seen)),
      approve(reza.agent, other.page, reza.passkey).then((seen) => reza.agent.walk(seen)),
    ])
    expect(answers.filter(({ away }) => away !== undefined)).toHaveLength(1)
    const loser = answers.find(({ away }) => away === undefined)
    expect(headingOf(loser as NonNullable<typeof loser>)).toBe(
      en.signature.stops.request_over.title,
    )
    expect((await find(id)).signers).toHaveLength(1)
    expect(await signaturesIn(id)).toHaveLength(1)
  })

  it('that changed after it was shown is shown anew, and nothing is signed', async () => {
    const id = await wanted()
    const { page } = await come(sara, id)
    const before = await find(id)
    await window.ports.signatureRequests.save({ ...before, purpose: 'Another contract' }, [])
    const answered = await approve(sara.agent, page, sara.passkey)
    expect(errorOf(answered)).toBe(en.error['signature_changed'])
    expect(answered.html).toContain('Another contract')
    expect((await find(id)).state).toBe('ready')
  })

  it('ends when its signer refuses, and not when he only leaves', async () => {
    const id = await wanted()
    const first = await come(sara, id)
    await press(sara.agent, first.page, 'cancel')
    expect((await find(id)).state).toBe('ready')
    const second = await come(sara, id)
    const left = await press(sara.agent, second.page, 'refuse')
    expect(left.away?.searchParams.get('error')).toBe('access_denied')
    expect((await find(id)).state).toBe('refused')
  })

  it('with a document that could change before the eyes is not signed, and it is said why', async () => {
    const active = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>' })
    const id = await requested(window, [minimalPdf(), active])
    const { page } = await come(sara, id)
    expect(headingOf(page)).toBe(en.signature.unfitTitle)
    expect(page.html).toContain('paper 2')
    expect(page.html).toContain(en.signature.unfit['javascript'])
    const left = await press(sara.agent, page, 'return')
    expect(left.away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })

  it('shows nothing but its own documents', async () => {
    const { page } = await come(sara, await wanted())
    for (const name of [
      'document-2.pdf',
      'declaration.pdf',
      '__proto__',
      'constructor',
      '%2e%2e%2f',
    ]) {
      const answer = await sara.agent.fetch(`${page.url.pathname}/files/${name}`)
      expect(answer.status).toBe(404)
    }
    const stranger = await reza.agent.fetch(`${page.url.pathname}/files/document-1.pdf`)
    expect(stranger.status).not.toBe(200)
  })

  it('of fifty documents is one act, of fifty-one none', async () => {
    const files = Array.from({ length: 51 }, () => minimalPdf())
    const many = await come(sara, await requested(window, files))
    expect(headingOf(many.page)).toBe(en.signature.stops.too_much.title)
    const id = await requested(window, files.slice(1), { profile: 'B-LTA' })
    const { page } = await come(sara, id)
    await approve(sara.agent, page, sara.passkey)
    const { signers, documents } = await find(id)
    expect(signers[0]?.signatures).toEqual(documents.map((one) => `${one.id}#Signature1`))
    expect(documents.map(({ name }) => name)).toEqual(
      files.slice(1).map((_, at) => `paper ${at + 1}`),
    )
  }, 60_000)
})
