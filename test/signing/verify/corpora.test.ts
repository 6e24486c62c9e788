import { expect, it } from '@jest/globals'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { isHere, requires } from '../../support/skips.ts'
import { bytesAt, missingDocuments, sharedDocuments } from './support/documents.ts'
import { verdictTrusting } from './support/trusting.ts'

const documents = isHere('shared-documents') ? sharedDocuments() : []

requires('shared-documents')('shared documents', () => {
  it('are all there', () => {
    expect(missingDocuments(documents)).toEqual([])
    expect(documents.length).toBeGreaterThan(150)
  })

  it.each(documents.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { indication, subIndication, refusal } = verdictTrusting(bytesAt(one.path))
    const { why: _why, ...expected } = one.expectation
    expect({ indication, subIndication, refusal }).toEqual({
      subIndication: undefined,
      refusal: undefined,
      ...expected,
    })
  })

  it.each(documents.filter(isSigned).map((one) => [one.name, one] as const))(
    '%s does not pass where nobody is trusted',
    (_name, one) => {
      const { report } = verifyPdf(bytesAt(one.path), { anchors: [], now: Date.UTC(2026, 0) })
      expect(report.indication).not.toBe('TOTAL-PASSED')
      expect(report.signatures.every(({ indication }) => indication !== 'TOTAL-PASSED')).toBe(true)
    },
  )
})

function isSigned({ expectation }: (typeof documents)[number]): boolean {
  return expectation.indication !== 'NO-SIGNATURE'
}
