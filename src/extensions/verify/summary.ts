import { persianDigits } from '../../identity/digits.ts'
import { tehranTimeText } from '../../identity/jalali-date.ts'
import type { Locale } from '../../identity/locale.ts'
import type { PaperTone } from '../../ports/paper-printer.ts'
import type { Check } from '../../signing/verify/check.ts'
import type { Indication } from '../../signing/verify/indication.ts'
import type {
  CertificateReport,
  RevisionReport,
  SignatureReport,
} from '../../signing/verify/report.ts'
import type { DocumentReport } from './document-report.ts'
import { verifyText, type VerifyText } from './text/index.ts'

/** What a report says, in a person's language: the page and the printed report draw the same. */
export interface Summary {
  readonly verdict: keyof VerifyText['verdict']
  readonly tone: Tone
  readonly title: string
  readonly text: string
  /** In the words of EN 319 102-1. */
  readonly standard: string
  readonly reason?: string
  readonly facts: readonly Fact[]
  readonly warnings: readonly string[]
  readonly signatures: readonly SignatureSummary[]
  readonly revisions: readonly RevisionSummary[]
}

export type Tone = PaperTone

export interface Fact {
  readonly label: string
  readonly value: string
  /** Hexadecimal digits and the like: for machines to compare. */
  readonly isCode?: boolean
}

export interface SignatureSummary {
  readonly heading: string
  readonly tone: Tone
  readonly standard: string
  readonly reason?: string
  readonly facts: readonly Fact[]
  /** Checks that failed, then those that are told only. */
  readonly failed: readonly string[]
  readonly told: readonly string[]
  readonly checks: readonly Check[]
  /** What can be cut out of the document. */
  readonly revision?: number
}

export interface RevisionSummary {
  readonly number: number
  readonly heading: string
  readonly signedBy: string
  readonly isSigned: boolean
  readonly changes: readonly string[]
}

export function summaryOf(report: DocumentReport, locale: Locale, fileName?: string): Summary {
  const text = verifyText(locale)
  const verdict = verdictOf(report)
  const { refusal, subIndication } = report
  return {
    verdict,
    tone: VERDICT_TONES[verdict],
    ...text.verdict[verdict],
    standard: standard(report),
    reason: refusal ? text.refusal[refusal] : subIndication && text.subIndication[subIndication],
    facts: documentFacts(report, locale, fileName),
    warnings: report.warnings.map((warning) => text.warning[warning.code](warning)),
    signatures: signaturesOf(report, locale),
    revisions: report.revisions.map((one) => revisionOf(one, text)),
  }
}

const VERDICT_TONES: Readonly<Record<keyof VerifyText['verdict'], Tone>> = {
  passed: 'good',
  part: 'open',
  open: 'open',
  failed: 'bad',
  none: 'open',
  unreadable: 'bad',
}

/** What passed and does not speak for the whole document is never plainly valid. */
function verdictOf(report: DocumentReport): keyof VerifyText['verdict'] {
  if (report.refusal !== undefined) return 'unreadable'
  if (report.indication === 'TOTAL-PASSED') return report.coversWholeDocument ? 'passed' : 'part'
  const verdicts = {
    'TOTAL-FAILED': 'failed',
    INDETERMINATE: 'open',
    'NO-SIGNATURE': 'none',
  } as const
  return verdicts[report.indication]
}

const TONES: Readonly<Record<Indication, Tone>> = {
  'TOTAL-PASSED': 'good',
  INDETERMINATE: 'open',
  'TOTAL-FAILED': 'bad',
}

const standard = ({
  indication,
  subIndication,
}: Pick<DocumentReport, 'indication' | 'subIndication'>) =>
  subIndication === undefined ? indication : `${indication} / ${subIndication}`

function documentFacts(
  { document, validationTime }: DocumentReport,
  locale: Locale,
  fileName: string | undefined,
): readonly Fact[] {
  const { label, bytes } = verifyText(locale)
  return [
    ...(fileName ? [{ label: label.file, value: fileName }] : []),
    { label: label.size, value: bytes(document.size) },
    { label: label.sha256, value: document.sha256, isCode: true },
    { label: label.validationTime, value: moment(validationTime, locale) },
  ]
}

/** Signatures, seals and time stamps are counted apart. */
function signaturesOf(report: DocumentReport, locale: Locale): readonly SignatureSummary[] {
  const text = verifyText(locale)
  const counts = { signature: 0, seal: 0, stamp: 0 }
  return report.signatures.map((signature) => {
    const kind = kindOf(signature)
    const heading = text.heading[kind](++counts[kind])
    return { heading, ...signatureOf(signature, report, locale) }
  })
}

/** A legal person seals; whom the law lets sign is a natural person. */
function kindOf({ kind, signer }: SignatureReport): keyof VerifyText['heading'] {
  if (kind === 'document-timestamp') return 'stamp'
  return signer?.legalPerson === undefined ? 'signature' : 'seal'
}

function signatureOf(
  signature: SignatureReport,
  { validationTime, revisions }: DocumentReport,
  locale: Locale,
): Omit<SignatureSummary, 'heading'> {
  const text = verifyText(locale)
  const { indication, subIndication, checks, revision } = signature
  const saying = (result: Check['result']) => {
    const names = checks.filter((check) => check.result === result).map(({ name }) => name)
    return [...new Set(names)].map((name) => text.check[name])
  }
  const isThere = revisions.some((one) => one.number === revision && one.end !== undefined)
  return {
    tone: TONES[indication],
    standard: standard(signature),
    reason: subIndication && text.subIndication[subIndication],
    facts: [
      ...certificateFacts(signature, locale),
      { label: text.label.time, value: timeOf(signature, validationTime, locale) },
      { label: text.label.profile, value: text.profile[signature.profile] },
      { label: text.label.coverage, value: coverageOf(signature, locale) },
      ...claims(signature, locale),
      { label: text.label.field, value: signature.field },
    ],
    failed: saying('failed'),
    told: saying('warning'),
    checks,
    revision: isThere ? revision : undefined,
  }
}

function certificateFacts(signature: SignatureReport, locale: Locale): readonly Fact[] {
  const { signer } = signature
  if (signer === undefined) return []
  const { label, range } = verifyText(locale)
  const { name, legalPerson, issuer, serialNumber, notBefore, notAfter }: CertificateReport = signer
  const who = { signature: label.signer, seal: label.sealer, stamp: label.authority }
  const kind = kindOf(signature)
  const organization = kind === 'seal' ? legalPerson : undefined
  return [
    { label: who[kind], value: organization?.name ?? name },
    ...(organization
      ? [{ label: label.legalId, value: organization.identifier, isCode: true }]
      : []),
    { label: label.issuer, value: issuer },
    { label: label.serialNumber, value: serialNumber, isCode: true },
    { label: label.validity, value: range(day(notBefore, locale), day(notAfter, locale)) },
  ]
}

/** Without a good time stamp the best time is the moment of the verification itself: that proves nothing. */
function timeOf(
  { bestSignatureTime, kind }: SignatureReport,
  validationTime: string,
  locale: Locale,
): string {
  const text = verifyText(locale)
  const best = bestSignatureTime ?? validationTime
  if (kind === 'document-timestamp') return moment(best, locale)
  const isProven = Date.parse(best) < Date.parse(validationTime)
  return (isProven ? text.provenTime : text.unprovenTime)(moment(best, locale))
}

function coverageOf({ coverage, revision }: SignatureReport, locale: Locale): string {
  const number = revision === undefined ? '?' : digits(String(revision), locale)
  const say: (revision: string) => string = verifyText(locale).coverage[coverage]
  return say(number)
}

function claims({ claimed }: SignatureReport, locale: Locale): readonly Fact[] {
  const { label } = verifyText(locale)
  const { name, reason, location, signingTime } = claimed
  const said = [
    [label.claimedTime, signingTime && claimedMoment(signingTime, locale)],
    [label.claimedName, name],
    [label.reason, reason],
    [label.location, location],
  ] as const
  return said.flatMap(([text, value]) => (value ? [{ label: text, value }] : []))
}

/** `D:20260321080000+03'30'` (ISO 32000-2 section 7.9.4) or ISO 8601; whatever else it is stays as it stands there. */
function claimedMoment(given: string, locale: Locale): string {
  const parts = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-]\d\d)'(\d\d)'?)?/.exec(given)
  const [, year, month, day, hour, minute, second, hours = '+00', minutes = '00'] = parts ?? []
  const iso = parts
    ? `${year}-${month}-${day}T${hour}:${minute}:${second}${hours}:${minutes}`
    : given
  return Number.isNaN(Date.parse(iso)) ? given : moment(iso, locale)
}

const MOST_CHANGES = 12

function revisionOf(
  { number, signedBy, changes }: RevisionReport,
  text: VerifyText,
): RevisionSummary {
  const said = [...new Set(changes.map(({ kind, at }) => `${text.change[kind]} (${at})`))]
  const more = said.length - MOST_CHANGES
  return {
    number,
    heading: text.revision(number),
    signedBy: signedBy.length === 0 ? text.notSigned : text.signedBy(signedBy.join('، ')),
    isSigned: signedBy.length > 0,
    changes: [...said.slice(0, MOST_CHANGES), ...(more > 0 ? [text.moreLines(more)] : [])],
  }
}

const digits = (text: string, locale: Locale) => (locale === 'fa' ? persianDigits(text) : text)

const moment = (iso: string, locale: Locale) =>
  verifyText(locale).tehranTime(hourAndDay(iso, locale))

const hourAndDay = (iso: string, locale: Locale) =>
  digits(tehranTimeText(Date.parse(iso), 0, locale), locale)

/** The day alone. */
const day = (iso: string, locale: Locale) => hourAndDay(iso, locale).replace(/^.* – /, '')
