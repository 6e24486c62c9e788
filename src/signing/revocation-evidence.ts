import { Malformed } from './der/malformed.ts'
import { judgeCrl, readCrl } from './x509/crl.ts'
import type { Certificate } from './x509/certificate.ts'
import { judgeOcsp } from './x509/judge-ocsp.ts'
import { readOcspResponse } from './x509/ocsp.ts'
import {
  unusable,
  type Freshness,
  type RevocationAnswer,
  type RevocationFault,
} from './x509/revocation.ts'

export interface EvidenceQuery extends Freshness {
  readonly certificate: Certificate
  readonly issuer: Certificate
  /** DER OCSPResponses and CertificateLists from anywhere, about whomever. */
  readonly ocsps: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  /** DER certificates among which a delegated responder's may be. */
  readonly certificates?: readonly Uint8Array[]
}

type Answer = Extract<RevocationAnswer, { kind: 'answer' }> & {
  readonly source: 'ocsp' | 'crl'
  readonly der: Uint8Array
}

export type Evidence =
  /** `revoked` only when it was so at the moment of the question, or nobody can say since when. */
  | Answer
  /** Why each of the bytes could not be used; empty: there were none. */
  | { readonly kind: 'none'; readonly faults: readonly RevocationFault[] }

/** What the given bytes say about a certificate at a moment: a revocation outweighs everything, then the newest
 *  `good` counts, then `unknown`. Bytes that are malformed say nothing; never throws for them. */
export function revocationEvidence(query: EvidenceQuery): Evidence {
  const answers: Answer[] = []
  const faults: RevocationFault[] = []
  const take = (source: 'ocsp' | 'crl', der: Uint8Array, answer: RevocationAnswer) => {
    if (answer.kind === 'unusable') faults.push(answer.fault)
    else answers.push({ ...atThatTime(answer, query.at), source, der })
  }
  for (const der of query.ocsps)
    take(
      'ocsp',
      der,
      safely(() => ocspAnswer(der, query)),
    )
  for (const der of query.crls)
    take(
      'crl',
      der,
      safely(() => judgeCrl(readCrl(der), query)),
    )
  const [best] = answers.toSorted(
    (one, other) => RANKS[one.status] - RANKS[other.status] || other.thisUpdate - one.thisUpdate,
  )
  return best ?? { kind: 'none', faults }
}

const RANKS = { revoked: 0, good: 1, unknown: 2 } as const

function ocspAnswer(der: Uint8Array, query: EvidenceQuery): RevocationAnswer {
  const response = readOcspResponse(der)
  return response === undefined ? unusable('not_successful') : judgeOcsp(response, query)
}

/** What was revoked later was good then. */
function atThatTime(answer: Extract<RevocationAnswer, { kind: 'answer' }>, at: number) {
  const { status, revokedAt } = answer
  const isLater = status === 'revoked' && revokedAt !== undefined && revokedAt > at
  return isLater ? { ...answer, status: 'good' as const } : answer
}

function safely(judge: () => RevocationAnswer): RevocationAnswer {
  try {
    return judge()
  } catch (error) {
    if (error instanceof Malformed) return unusable('malformed')
    throw error
  }
}
