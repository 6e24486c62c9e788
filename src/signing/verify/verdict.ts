import type { Coverage, SignatureReport, VerificationReport } from './report.ts'

/** One line on a document, for people and for `grep`: the conclusion first. What does not speak for the whole
 *  document says so. */
export function verdictOf(report: VerificationReport): string {
  const { indication, subIndication, refusal, signatures } = report
  const head = subIndication === undefined ? indication : `${indication} ${subIndication}`
  if (refusal !== undefined) return `${head} (the document cannot be read: ${refusal})`
  if (signatures.length === 0) return `${head} (there is no signature)`
  return `${head} (${signatures.map(said).join('; ')})`
}

const COVERAGES: Readonly<Record<Coverage, string>> = {
  whole: 'of the whole document',
  extended: 'of the whole document, with validation data behind it',
  'signed-further': 'of revision %, which was signed further',
  changed: 'of revision % ONLY, which was changed later',
  unknown: 'of NO revision of this document',
}

function said(signature: SignatureReport): string {
  const { kind, profile, signer, bestSignatureTime, coverage, revision, field } = signature
  const signed = signer?.legalPerson === undefined ? profile : `seal ${profile}`
  const what = kind === 'signature' ? signed : 'time stamp'
  const who = signer === undefined ? field : signer.name
  const when = bestSignatureTime === undefined ? '' : ` at ${bestSignatureTime}`
  const where = COVERAGES[coverage].replace('%', String(revision ?? '?'))
  return `${what} by ${who}${when} ${where}${reason(signature)}`
}

/** The check that heads the conclusion. */
function reason({ indication, subIndication, checks }: SignatureReport): string {
  if (indication === 'TOTAL-PASSED') return ''
  const failed = checks.find(
    (check) => check.result === 'failed' && check.subIndication === subIndication,
  )
  return `: ${failed?.detail ?? subIndication ?? ''}`
}
