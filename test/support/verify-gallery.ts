import { endPage, formPage } from '../../src/extensions/verify/page.ts'
import { resultPage } from '../../src/extensions/verify/result-page.ts'
import type { DocumentReport } from '../../src/extensions/verify/document-report.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { PageProps } from '../../src/pages/layout.ts'
import type { SignatureReport } from '../../src/signing/verify/report.ts'

type Draw = (locale: Locale) => { toString(): string }

const SIGNER = {
  name: 'سارا نمونه‌زاده',
  serialNumber: '5f3a9c0011223344556677',
  issuer: 'مرکز گواهی نمونه',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2028-01-01T00:00:00.000Z',
  sha256: 'ab'.repeat(32),
}
const SIGNATURE: SignatureReport = {
  indication: 'TOTAL-PASSED',
  field: 'Signature1',
  kind: 'signature',
  profile: 'B-LTA',
  subFilter: 'ETSI.CAdES.detached',
  revision: 1,
  coverage: 'extended',
  laterChanges: [],
  signer: SIGNER,
  claimed: { reason: 'قرارداد اجارهٔ ملک', signingTime: "D:20260321080000+03'30'" },
  bestSignatureTime: '2026-03-21T04:30:05.000Z',
  timestamps: [],
  checks: [
    { name: 'byte-range', result: 'passed' },
    { name: 'profile-rules', result: 'warning', detail: '/M is missing' },
  ],
}
const STAMP: SignatureReport = {
  ...SIGNATURE,
  field: 'Timestamp1',
  kind: 'document-timestamp',
  profile: 'timestamp',
  coverage: 'whole',
  revision: 3,
  claimed: {},
}
const SEAL: SignatureReport = {
  ...SIGNATURE,
  field: 'Signature2',
  revision: 2,
  signer: {
    ...SIGNER,
    name: 'سازمان نمونه',
    legalPerson: { name: 'سازمان نمونه', identifier: 'NTRIR-14000000402' },
  },
}
const REPORT: DocumentReport = {
  document: { size: 184_320, sha256: '0123456789abcdef'.repeat(4) },
  indication: 'TOTAL-PASSED',
  validationTime: '2026-03-22T08:00:00.000Z',
  signatures: [SIGNATURE, SEAL, STAMP],
  revisions: [
    { number: 1, end: 90_000, signedBy: ['Signature1'], changes: [] },
    { number: 2, end: 150_000, signedBy: [], changes: [{ kind: 'validation-data', at: 'DSS' }] },
    {
      number: 3,
      end: 184_320,
      signedBy: ['Timestamp1'],
      changes: [{ kind: 'document-timestamp', at: 'Timestamp1' }],
    },
  ],
  coversWholeDocument: true,
  warnings: [],
}
const WARNINGS: DocumentReport['warnings'] = [
  { code: 'unreferenced', detail: '2 pages', count: 2 },
  { code: 'covering_annotation', detail: 'page 1', page: 1 },
]
const BROKEN = {
  indication: 'TOTAL-FAILED',
  subIndication: 'FORMAT_FAILURE',
  coverage: 'changed',
  checks: [
    { name: 'later-revisions', result: 'failed', detail: 'a later revision changed page 1' },
  ],
} as const
const OPEN = {
  indication: 'INDETERMINATE',
  subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
  bestSignatureTime: REPORT.validationTime,
} as const

/** The pages of verification, with something in all of their places. */
export function verifyGallery(
  props: (locale: Locale) => PageProps,
): Readonly<Record<string, Draw>> {
  const result =
    (changes: Partial<DocumentReport>, isSealed = true): Draw =>
    (locale) =>
      resultPage({
        ...props(locale),
        id: 'a'.repeat(22),
        report: { ...REPORT, ...changes },
        fileName: 'قرارداد-final (2).pdf',
        hasDocument: true,
        isSealed,
      })
  return {
    'verify-form': (locale) => formPage(props(locale)),
    'verify-form-error': (locale) => formPage({ ...props(locale), fault: 'not_pdf' }),
    'verify-passed': result({}),
    'verify-warned': result({ warnings: WARNINGS, coversWholeDocument: false }, false),
    'verify-failed': result({ ...BROKEN, signatures: [{ ...SIGNATURE, ...BROKEN }] }),
    'verify-open': result({ ...OPEN, signatures: [{ ...SIGNATURE, ...OPEN, profile: 'B-B' }] }),
    'verify-none': result({ indication: 'NO-SIGNATURE', signatures: [], revisions: [] }),
    'verify-unreadable': result({
      indication: 'TOTAL-FAILED',
      subIndication: 'FORMAT_FAILURE',
      refusal: 'password_needed',
      signatures: [],
      revisions: [],
    }),
    'verify-gone': (locale) => endPage(props(locale), 'gone'),
    'verify-seal-away': (locale) => endPage(props(locale), 'seal_away'),
    'verify-forgotten': (locale) => endPage(props(locale), 'forgotten'),
  }
}
