import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { NO_EVIDENCE } from '../../../src/signing/verify/evidence.ts'
import { verifyProcesses } from '../../../src/signing/verify/processes.ts'
import { pdfVerifier } from '../../../src/signing/verify/verifier.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { isHere, requires } from '../../support/skips.ts'
import { honest, RICH, signer } from '../../signing/verify/support/attacked.ts'
import { bytesAt, sharedDocuments } from '../../signing/verify/support/documents.ts'
import {
  CONTRACT,
  document,
  signatureObject,
  signed,
  updated,
} from '../../signing/verify/support/handmade.ts'
import { trusting } from '../../signing/verify/support/trusting.ts'
import { verifySite, type VerifySite } from './support/verify-site.ts'

const MAY = Date.UTC(2026, 4)

describe('documents that were tampered with, sent by a stranger', () => {
  let site: VerifySite
  beforeAll(async () => {
    // As of a day on which the handmade certificate is good: what does not pass is refused for what was done to it.
    const inner = pdfVerifier({ clock }, { anchors: [signer.certificate], workers: 2 })
    site = await verifySite({
      judge: { verify: (bytes) => inner.verify(bytes, MAY), close: () => inner.close() },
    })
  })
  afterAll(() => site?.close())

  const changed = (change: (text: string) => string) =>
    Buffer.from(change(honest.toString('latin1')), 'latin1')
  const overlay = '<</Type/Annot/Subtype/Stamp/Rect[0 180 300 220]>>'
  const prepared = signed(
    document({ ...CONTRACT, 3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'), 9: overlay }),
    signer,
  )
  const wrapped = changed((text) => {
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]\s*/.exec(text)!
    const [before, after, rest] = range.slice(1).map(Number) as [number, number, number]
    const evil = `>>\nendobj\n4 0 obj\n${RICH}\nendobj\n`
    const moved = `/ByteRange [0 ${before} ${after + evil.length} ${rest}]`
    const whole = text.slice(0, after) + evil + text.slice(after)
    return whole.replace(range[0], moved.padEnd(range[0].length))
  })

  const ATTACKS: readonly (readonly [string, Buffer])[] = [
    ['a changed byte', changed((text) => text.replace('Pay 100', 'Pay 900'))],
    ['incremental saving', updated(honest, { 4: RICH })],
    ['shadow: hide', updated(prepared, { 3: CONTRACT[3]! })],
    ['shadow: replace', updated(honest, { 5: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>' })],
    ['wrapping', wrapped],
    [
      'an empty byte range',
      changed((text) =>
        text.replace(/\/ByteRange \[[^\]]*\]/, (all) => '/ByteRange []'.padEnd(all.length)),
      ),
    ],
    [
      'a byte range that leaves out more',
      changed((text) =>
        text.replace(/\[0 (\d+)/, (_all, before: string) => `[0 ${Number(before) - 10}`),
      ),
    ],
    [
      'no contents',
      changed((text) =>
        text.replace(/\/Contents <[0-9a-f]+>/, (all) => '/Contents null'.padEnd(all.length)),
      ),
    ],
    ['bytes behind the end', Buffer.concat([honest, Buffer.from('4 0 obj\n<<>>\nendobj\n')])],
    [
      'another kind',
      signed(
        document({ ...CONTRACT, 7: signatureObject().replace('/ETSI.CAdES.detached', '/Nobody') }),
        signer,
      ),
    ],
  ]

  it('while what was not passes', async () => {
    expect(await (await site.api(honest)).json()).toMatchObject({ indication: 'TOTAL-PASSED' })
    const { path, cookie } = await site.upload(honest)
    expect(await (await site.get(path, cookie)).text()).toContain('data-verdict="TOTAL-PASSED"')
  })

  it.each(ATTACKS)('%s never passes', async (_, bytes) => {
    const report = await (await site.api(bytes)).json()
    expect(report.indication).toMatch(/^(TOTAL-FAILED|INDETERMINATE|NO-SIGNATURE)$/)
    const passed = report.signatures.filter(
      (one: { indication: string }) => one.indication === 'TOTAL-PASSED',
    )
    expect(passed).toEqual([])
    const { path, cookie } = await site.upload(bytes)
    const page = await (await site.get(path, cookie)).text()
    expect(page).not.toContain('data-verdict="TOTAL-PASSED"')
    expect(page).not.toContain('class="verdict good"')
  })
})

const documents = isHere('shared-documents') ? sharedDocuments() : []

requires('shared-documents')('shared documents, sent by a stranger', () => {
  const dangerous = documents.filter(({ expectation }) => expectation.indication === 'TOTAL-FAILED')
  const genuine = documents.filter(({ expectation }) => expectation.indication === 'TOTAL-PASSED')

  const processes = verifyProcesses({ workers: 2, timeoutMs: 20_000, memoryMb: 512 })
  let site: VerifySite
  beforeAll(async () => {
    // Trusts whomever the document names: what does not pass is refused for what was done to it.
    const verify = async (bytes: Uint8Array) => {
      const answer = await processes.run({ bytes, ...trusting(bytes), evidence: NO_EVIDENCE })
      if (typeof answer === 'string') throw new Error(answer)
      return answer.report
    }
    const limits = { byAddress: { name: 'a', points: 1000, seconds: 60 } }
    site = await verifySite({ judge: { verify, close: () => processes.close() }, limits })
  })
  afterAll(() => site?.close())

  const reportOn = async (path: string) => (await site.api(bytesAt(path))).json()

  it('are enough to say something', () => {
    expect(dangerous.length).toBeGreaterThan(30)
    expect(genuine.length).toBeGreaterThan(20)
  })

  it.each(dangerous.map(({ name, path }) => [name, path]))('%s does not pass', async (_, path) => {
    const report = await reportOn(path)
    // Some are refused at the door, before anybody looks: they are no PDF.
    expect(report.error ?? report.indication).toMatch(/^(not_pdf|TOTAL-FAILED)$/)
  })

  it.each(genuine.map(({ name, path }) => [name, path]))('%s passes', async (_, path) => {
    expect(await reportOn(path)).toMatchObject({ indication: 'TOTAL-PASSED' })
  })
})
