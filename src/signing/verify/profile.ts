import { revocationEvidence } from '../revocation-evidence.ts'
import type { Judged } from './judge.ts'
import { storeOf, type Evidence } from './evidence.ts'
import { itemsAt, type DocumentState } from './changes/state.ts'
import type { SignedDocument } from './document.ts'
import type { Profile } from './report.ts'
import type { Answered } from './trust.ts'

interface InDocument {
  readonly document: SignedDocument
  /** Its validation data. */
  readonly stored: Evidence
}

/** The level of ETSI EN 319 142-1 table 1 that is there: each needs the one before it. What it is worth, the
 *  conclusion says. */
export function profileOf(
  one: Judged,
  all: readonly Judged[],
  { document: { states }, stored }: InDocument,
): Profile {
  const { report } = one
  if (report.kind === 'document-timestamp') return 'timestamp'
  if (report.subFilter.startsWith('adbe.')) return 'PKCS7'
  if (report.subFilter !== 'ETSI.CAdES.detached') return 'unknown'
  if (!isBaseline(one)) return 'PAdES'
  const stamps = all.filter((other) => isLaterStamp(other, one))
  if (!one.hasStamp && stamps.length === 0) return 'B-B'
  const last = states.at(-1)
  if (last === undefined || !hasRevocation(last) || !isStored(one, stored)) return 'B-T'
  const isArchived = stamps.some(({ report: { revision = 1 } }) =>
    hasRevocationAt(states, revision - 1),
  )
  return isArchived ? 'B-LTA' : 'B-LT'
}

/** Validation data of somebody else's signature is none of this one's. Of a chain that leads nowhere nobody can say. */
function isStored({ answers, wanted }: Judged, stored: Evidence): boolean {
  const all = [...stored.ocsps, ...stored.crls]
  // What was asked for just now may be newer than what is stored.
  const isThere = ({ der, ...question }: Answered) =>
    all.some((one) => Buffer.compare(one, der) === 0) ||
    revocationEvidence({ ...question, ...stored }).kind === 'answer'
  return wanted.length === 0 && answers.every(isThere)
}

/** What the rules of the baseline want of any signature. */
function isBaseline({ report: { checks } }: Judged): boolean {
  const names = [
    'contents-encoding',
    'profile-rules',
    'certificate-reference',
    'content-type',
    'cms',
  ] as const
  return names.every((name) => {
    const made = checks.filter((check) => check.name === name)
    return made.length > 0 && made.every(({ result }) => result === 'passed')
  })
}

function isLaterStamp(other: Judged, one: Judged): boolean {
  const [stamped, signed] = [other.report.revision ?? 0, one.report.revision ?? Infinity]
  return other.report.kind === 'document-timestamp' && other.isIntact && stamped > signed
}

/** The document security store as the time stamp found it. */
function hasRevocationAt(states: readonly DocumentState[], index: number): boolean {
  const state = states[index]
  return state !== undefined && hasRevocation(state)
}

function hasRevocation(state: DocumentState): boolean {
  const store = storeOf(state)
  return ['OCSPs', 'CRLs'].some((key) => itemsAt(state, store?.entries.get(key)).length > 0)
}
