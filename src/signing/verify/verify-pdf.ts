import { readPdf } from '../pdf/file.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { iso } from './certificate-report.ts'
import { signedDocument, type SignedDocument } from './document.ts'
import { joined, NO_EVIDENCE, storedEvidence, type Evidence } from './evidence.ts'
import {
  foundSignatures,
  isStamp,
  placementOf,
  tailCheck,
  type FoundSignature,
} from './found-signature.ts'
import { hiddenMaterial } from './hidden-material.ts'
import { because, worst } from './indication.ts'
import { judgeSignature, judgeStamp, type Case, type Judged } from './judge.ts'
import { profileOf } from './profile.ts'
import type { Refusal, RevisionReport, SignatureReport, VerificationReport } from './report.ts'
import type { Wanted } from './trust.ts'

export interface VerifyOptions {
  /** DER certificates that are trusted as they are. Without any, no signature passes. */
  readonly anchors: readonly Uint8Array[]
  /** As of when; milliseconds since the epoch. */
  readonly now: number
  /** Found elsewhere: answers of OCSP responders and the like. */
  readonly evidence?: Evidence
}

export interface Verified {
  readonly report: VerificationReport
  /** Whom to ask about which certificate, for a second run with the answers. */
  readonly wanted: readonly Wanted[]
}

const MOST_SIGNATURES = 100

/** Every check of EN 319 102-1 that concerns a signed PDF, on all its signatures. Never throws for what is in
 *  the document. Takes as long as the document wants: run it in a worker. */
export function verifyPdf(bytes: Uint8Array, options: VerifyOptions): Verified {
  try {
    return verified(signedDocument(readPdf(bytes)), options)
  } catch (error) {
    if (!(error instanceof PdfRefused)) throw error
    return { report: refusedReport(refusalOf(error), options.now), wanted: [] }
  }
}

const REFUSALS: ReadonlySet<string> = new Set<Refusal>([
  'not_pdf',
  'too_large',
  'too_complex',
  'no_catalog',
  'no_pages',
  'password_needed',
  'encryption_unsupported',
  'filter_unsupported',
])

const refusalOf = ({ code }: PdfRefused): Refusal =>
  REFUSALS.has(code) ? (code as Refusal) : 'damaged'

export function refusedReport(refusal: Refusal, now: number): VerificationReport {
  return {
    ...because('FORMAT_FAILURE'),
    refusal,
    validationTime: iso(now),
    signatures: [],
    revisions: [],
    coversWholeDocument: false,
    warnings: [],
  }
}

function verified(document: SignedDocument, options: VerifyOptions): Verified {
  const found = foundSignatures(document)
  if (found.length > MOST_SIGNATURES) {
    return { report: refusedReport('too_many_signatures', options.now), wanted: [] }
  }
  const stored = storedEvidence(document)
  const judged = judgedAll({ document, stored }, found, options)
  const signatures = judged.map((one) => ({
    ...one.report,
    profile: profileOf(one, judged, { document, stored }),
  }))
  const conclusion = worst(signatures)
  return {
    report: {
      indication: conclusion?.indication ?? 'NO-SIGNATURE',
      subIndication: conclusion?.subIndication,
      validationTime: iso(options.now),
      signatures,
      revisions: revisionReports(document, signatures),
      coversWholeDocument: signatures.some(
        ({ coverage }) => coverage === 'whole' || coverage === 'extended',
      ),
      warnings: signatures.length === 0 ? [] : hiddenMaterial(document),
    },
    wanted: judged.flatMap((one) => one.wanted),
  }
}

/** Time stamps over the document first, the newest before the older: each proves that what it covers existed, so
 *  that the older ones and the signatures are judged as of then (EN 319 102-1 clause 5.6). */
function judgedAll(
  { document, stored }: { readonly document: SignedDocument; readonly stored: Evidence },
  found: readonly FoundSignature[],
  { anchors, now, evidence = NO_EVIDENCE }: VerifyOptions,
): readonly Judged[] {
  const fileChecks = [tailCheck(document)]
  const all = joined(stored, evidence)
  const cases = found.map((one) => ({ found: one, placement: placementOf(document, one) }))
  const order = cases.toSorted(
    (one, other) => (other.placement.revision ?? -1) - (one.placement.revision ?? -1),
  )
  const results = new Map<FoundSignature, Judged>()
  let at = now
  for (const one of order) {
    const judge = isStamp(one.found) ? judgeStamp : judgeSignature
    const whole: Case = { ...one, document, fileChecks, anchors, evidence: all, at, now }
    const result = judge(whole)
    results.set(one.found, result)
    if (result.proves !== undefined && result.proves <= at) at = result.proves
  }
  return found.flatMap((one) => results.get(one) ?? [])
}

function revisionReports(
  document: SignedDocument,
  signatures: readonly SignatureReport[],
): readonly RevisionReport[] {
  return document.file.revisions.map(({ index, end }) => ({
    number: index + 1,
    end,
    signedBy: signatures.filter(({ revision }) => revision === index + 1).map(({ field }) => field),
    changes: index === 0 || signatures.length === 0 ? [] : document.changesIn(index),
  }))
}
