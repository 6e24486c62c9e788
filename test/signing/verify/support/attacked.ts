import { expect } from '@jest/globals'
import type { VerificationReport } from '../../../../src/signing/verify/report.ts'
import { verifyPdf } from '../../../../src/signing/verify/verify-pdf.ts'
import { CONTRACT, document, handSigner, signed, stream } from './handmade.ts'

export const signer = handSigner()
export const honest = signed(document(CONTRACT), signer)
export const RICH = stream('BT /F1 12 Tf 20 200 Td (Pay 999 rials) Tj ET')

/** Of who trusts the signer. */
export const verdict = (bytes: Buffer): VerificationReport =>
  verifyPdf(bytes, { anchors: [signer.certificate], now: Date.UTC(2026, 1) }).report

export function expectManipulated(bytes: Buffer): void {
  const report = verdict(bytes)
  expect(report.indication).toBe('TOTAL-FAILED')
  expect(report.signatures.every(({ indication }) => indication !== 'TOTAL-PASSED')).toBe(true)
}

/** Nothing that a later revision did to the document may pass, while the document passed before. */
export function expectLaterChangeIsSeen(before: Buffer, after: Buffer): void {
  expect(verdict(before).indication).toBe('TOTAL-PASSED')
  expectManipulated(after)
}
