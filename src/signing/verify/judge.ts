import { createHash } from 'node:crypto'
import { OID } from '../x509/oids.ts'
import { nodeHash, type HashName } from '../x509/signature.ts'
import { signedParts } from './byte-range.ts'
import { certificateReport, iso } from './certificate-report.ts'
import { cmsChecks, digestOver, type CmsFindings } from './cms-checks.ts'
import { conclude, failed, passed, skipped, warned, type Check, type CheckName } from './check.ts'
import type { SignedDocument } from './document.ts'
import { joined, NO_EVIDENCE, type Evidence } from './evidence.ts'
import { claimsOf, type FoundSignature, type Placement } from './found-signature.ts'
import { laterChanges } from './later-changes.ts'
import type { SignatureReport, TimestampReport } from './report.ts'
import { shownText } from './shown-text.ts'
import { stampFindings, type StampFindings } from './timestamps.ts'
import { trustIn, type Answered, type Wanted } from './trust.ts'

/** One signature with what is known about its surroundings. */
export interface Case {
  readonly document: SignedDocument
  readonly found: FoundSignature
  readonly placement: Placement
  /** Checks on the file as a whole. */
  readonly fileChecks: readonly Check[]
  /** DER certificates that are trusted. */
  readonly anchors: readonly Uint8Array[]
  readonly evidence: Evidence
  /** The earliest moment at which the signed revision is proved to have existed by time stamps over it, or now. */
  readonly at: number
  /** The present; milliseconds since the epoch. */
  readonly now: number
}

/** A report without its profile, which others of the document decide upon too. */
export interface Judged {
  readonly report: SignatureReport
  readonly wanted: readonly Wanted[]
  /** What said that the certificates of the signer's chain are good. */
  readonly answers: readonly Answered[]
  /** Of a document time stamp that passed: what it proves, in milliseconds since the epoch. */
  readonly proves?: number
  readonly isIntact: boolean
  readonly hasStamp: boolean
}

const REQUIRED: readonly CheckName[] = [
  'field',
  'byte-range',
  'revision',
  'contents-encoding',
  'sub-filter',
  'cms',
  'content-type',
  'later-revisions',
  'permissions',
  'whole-document',
  'signing-certificate',
  'certificate-reference',
  'message-digest',
  'signature-value',
  'algorithms',
  'signed-attributes',
  'chain',
  'chain-validity',
  'key-usage',
  'revocation',
]

const STAMP_REQUIRED: readonly CheckName[] = [
  'field',
  'byte-range',
  'revision',
  'contents-encoding',
  'sub-filter',
  'cms',
  'later-revisions',
  'permissions',
  'whole-document',
  'timestamp',
  'chain',
  'chain-validity',
  'key-usage',
  'revocation',
]

/** Signs what this kind of signature signs: the two parts of the file around it. */
function partsOf({ document, placement }: Case): readonly Buffer[] {
  const { source } = document.file
  const { range } = placement
  return range === undefined ? [] : signedParts(source.read(0, source.size), range)
}

/** The cases of EN 319 102-1 clause 5.6.2.3 for time stamps over the whole document. */
export function judgeStamp(one: Case): Judged {
  const { placement, found } = one
  const { contents } = placement
  const later = laterOf(one)
  const stamp =
    contents === undefined
      ? undefined
      : stampFindings({ ...one, token: contents, digestOf: digestOver(partsOf(one)) })
  const checks = [
    ...placement.checks,
    ...one.fileChecks,
    passed('sub-filter'),
    ...(stamp?.checks ?? []),
    ...later.checks,
  ]
  const conclusion = conclude(checks, STAMP_REQUIRED)
  const isPassed = conclusion.indication === 'TOTAL-PASSED'
  const report: SignatureReport = {
    ...common(one, later),
    ...conclusion,
    kind: 'document-timestamp',
    profile: 'timestamp',
    signer: stamp?.authority && certificateReport(stamp.authority),
    claimed: claimsOf(found),
    bestSignatureTime: stamp?.time === undefined ? undefined : iso(stamp.time),
    timestamps: [],
    checks,
  }
  return {
    report,
    wanted: stamp?.wanted ?? [],
    answers: [],
    proves: isPassed ? stamp?.time : undefined,
    isIntact: stamp?.isIntact ?? false,
    hasStamp: false,
  }
}

/** EN 319 102-1 clause 5.5 for signatures: with time stamps and validation data as far as there are any. */
export function judgeSignature(one: Case): Judged {
  const { placement, found, evidence } = one
  const later = laterOf(one)
  const kind = subFilterCheck(found)
  const cms =
    kind.isReadable && placement.contents !== undefined
      ? cmsChecks({
          contents: placement.contents,
          digestOf: digestOver(partsOf(one)),
          others: evidence.certificates,
          isOld: found.subFilter.startsWith('adbe.'),
        })
      : undefined
  const own = joined(evidence, {
    ...NO_EVIDENCE,
    certificates: cms?.signed?.certificates ?? [],
    crls: cms?.signed?.crls ?? [],
  })
  const stamps = stampsOn(cms, { ...one, evidence: own })
  const at = bestTime(one, stamps)
  const trust =
    cms?.certificate &&
    trustIn({ ...one, certificate: cms.certificate, purpose: 'signing', at, evidence: own })
  const checks = [
    ...placement.checks,
    ...one.fileChecks,
    kind.check,
    ...(cms?.checks ?? [skipped('cms', 'it was not read')]),
    ...later.checks,
    ...(trust?.checks ?? []),
    ...stampChecks(stamps),
    ...dictChecks(found),
  ]
  const claimedTime = cms?.claimedTime
  const report: SignatureReport = {
    ...common(one, later),
    ...conclude(checks, REQUIRED),
    kind: 'signature',
    profile: 'unknown',
    signer: cms?.certificate && certificateReport(cms.certificate),
    claimed: {
      ...claimsOf(found),
      ...(claimedTime === undefined ? {} : { signingTime: iso(claimedTime) }),
    },
    bestSignatureTime: iso(at),
    timestamps: stamps.map(stampReport),
    checks,
  }
  return {
    report,
    answers: trust?.answers ?? [],
    wanted: [...(trust?.wanted ?? []), ...stamps.flatMap((stamp) => stamp.wanted)],
    isIntact: checks.some(({ name, result }) => name === 'signature-value' && result === 'passed'),
    hasStamp: stamps.some((stamp) => stamp.isIntact),
  }
}

function common({ found, placement }: Case, later: ReturnType<typeof laterOf>) {
  const { revision, range } = placement
  return {
    field: shownText(found.field, 200),
    subFilter: shownText(found.subFilter, 100),
    revision: revision === undefined ? undefined : revision + 1,
    byteRange: range,
    coverage: later.coverage,
    laterChanges: later.changes,
  }
}

function laterOf({ document, found, placement }: Case) {
  const { revision } = placement
  if (revision === undefined) {
    const checks = [skipped('later-revisions', 'no revision is signed')]
    return { changes: [], checks, coverage: 'unknown' as const }
  }
  return laterChanges(document, found, revision)
}

const OLD_KINDS: Readonly<Record<string, { isReadable: boolean; detail: string }>> = {
  'adbe.pkcs7.detached': { isReadable: true, detail: 'a PKCS#7 signature from before PAdES' },
  'adbe.pkcs7.sha1': { isReadable: false, detail: 'it signs a SHA-1 hash' },
  'adbe.x509.rsa_sha1': { isReadable: false, detail: 'it signs a SHA-1 hash' },
}

function subFilterCheck({ subFilter }: FoundSignature): { isReadable: boolean; check: Check } {
  if (subFilter === 'ETSI.CAdES.detached') return { isReadable: true, check: passed('sub-filter') }
  const old = OLD_KINDS[subFilter]
  if (old === undefined)
    return { isReadable: false, check: failed('sub-filter', 'the kind of signature is not known') }
  return { isReadable: old.isReadable, check: failed('sub-filter', old.detail) }
}

/** Signature time stamps (ETSI EN 319 122-1 section 5.3): over the signature value. */
function stampsOn(cms: CmsFindings | undefined, one: Case): readonly StampFindings[] {
  const signer = cms?.signed?.signer
  if (signer === undefined) return []
  const digestOf = (hash: HashName) => createHash(nodeHash(hash)).update(signer.signature).digest()
  const tokens = signer.unsigned.get(OID.timeStampToken) ?? []
  return tokens
    .slice(0, MOST_STAMPS)
    .map(({ bytes }) => stampFindings({ ...one, token: bytes, digestOf }))
}

const MOST_STAMPS = 10

/** The earliest proof of existence counts. */
function bestTime({ at }: Case, stamps: readonly StampFindings[]): number {
  const times = stamps.flatMap(({ indication, time }) =>
    indication === 'TOTAL-PASSED' && time !== undefined ? [time] : [],
  )
  return Math.min(at, ...times)
}

/** A time stamp of somebody we do not trust proves nothing and harms nothing; a broken one was put there to
 *  deceive, or by a broken program. */
function stampChecks(stamps: readonly StampFindings[]): readonly Check[] {
  return stamps.map(({ isBroken, indication, subIndication = '' }) => {
    if (isBroken)
      return failed(
        'timestamp',
        'a time stamp does not belong to this signature',
        'SIG_CONSTRAINTS_FAILURE',
      )
    if (indication === 'TOTAL-PASSED') return passed('timestamp')
    return warned('timestamp', `a time stamp proves nothing here: ${subIndication}`)
  })
}

function stampReport(stamp: StampFindings): TimestampReport {
  const { indication, subIndication, checks, time, authority } = stamp
  return {
    kind: 'signature',
    indication,
    subIndication,
    time: time === undefined ? undefined : iso(time),
    authority: authority && certificateReport(authority),
    checks,
  }
}

/** ETSI EN 319 142-1 section 6.3, what concerns the dictionary. */
function dictChecks({ dict, subFilter }: FoundSignature): readonly Check[] {
  if (subFilter !== 'ETSI.CAdES.detached') return []
  const { entries } = dict
  return [
    ...(entries.has('Cert') ? [warned('profile-rules', '/Cert must not be there')] : []),
    ...(entries.has('M') ? [] : [warned('profile-rules', '/M is missing')]),
  ]
}
