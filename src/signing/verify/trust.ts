import { certificatePath, type PathFault } from '../certificate-path.ts'
import type { Purpose } from '../certificate-purpose.ts'
import { revocationEvidence } from '../revocation-evidence.ts'
import type { Certificate } from '../x509/certificate.ts'
import { failed, passed, skipped, type Check, type CheckName } from './check.ts'
import type { Evidence } from './evidence.ts'
import type { SubIndication } from './indication.ts'

/** A certificate about whose revocation nothing usable is in the document: whom to ask about what. DER. */
export interface Wanted {
  readonly certificate: Uint8Array
  readonly issuer: Uint8Array
}

export interface TrustQuestion {
  readonly certificate: Certificate
  readonly purpose: Exclude<Purpose, 'any' | 'ocsp'>
  /** When it must have been good; milliseconds since the epoch. */
  readonly at: number
  /** The present: who says that he spoke later is not believed. */
  readonly now: number
  /** DER certificates that are trusted. */
  readonly anchors: readonly Uint8Array[]
  readonly evidence: Evidence
}

export interface Trust {
  readonly checks: readonly Check[]
  readonly wanted: readonly Wanted[]
  /** What said that the certificates of the chain are good. */
  readonly answers: readonly Answered[]
}

export interface Answered {
  readonly certificate: Certificate
  readonly issuer: Certificate
  /** When it must have been good; milliseconds since the epoch. */
  readonly at: number
  /** DER: an OCSP response or a certificate list. */
  readonly der: Uint8Array
}

interface Meaning {
  readonly name: CheckName
  readonly detail: string
  readonly subIndication?: SubIndication
}

const UNKNOWN: Meaning = { name: 'chain', detail: 'no trust anchor vouches for the certificate' }
const BROKEN = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
const AGAINST_RULES = 'CHAIN_CONSTRAINTS_FAILURE'

const MEANINGS: Readonly<Record<PathFault, Meaning>> = {
  issuer_unknown: UNKNOWN,
  malformed: { name: 'chain', detail: 'a certificate cannot be read', subIndication: BROKEN },
  signature_invalid: {
    name: 'chain',
    detail: 'a certificate was not signed by its issuer',
    subIndication: BROKEN,
  },
  algorithm_unsupported: {
    name: 'chain',
    detail: 'a certificate was signed by an algorithm that is not known',
    subIndication: BROKEN,
  },
  weak_algorithm: {
    name: 'algorithms',
    detail: 'a certificate was signed by SHA-1 or with a short key',
  },
  not_yet_valid: { name: 'chain-validity', detail: 'a certificate was not valid yet' },
  expired: { name: 'chain-validity', detail: 'a certificate had expired' },
  not_an_authority: {
    name: 'chain',
    detail: 'an issuer is no authority',
    subIndication: AGAINST_RULES,
  },
  path_too_long: {
    name: 'chain',
    detail: 'there are more authorities than allowed',
    subIndication: AGAINST_RULES,
  },
  name_constraints: {
    name: 'chain',
    detail: 'an authority is limited to names',
    subIndication: AGAINST_RULES,
  },
  extension_unknown: {
    name: 'chain',
    detail: 'a critical extension is not known',
    subIndication: AGAINST_RULES,
  },
  policy: {
    name: 'chain',
    detail: 'the certificate is not of a wanted policy',
    subIndication: AGAINST_RULES,
  },
  key_usage: { name: 'key-usage', detail: 'the key is not for this use (keyUsage)' },
  extended_key_usage: {
    name: 'key-usage',
    detail: 'the key is not for this use (extended key usage)',
  },
}

/** Chain to an anchor, and revocation of every certificate below it, at one moment. */
export function trustIn(question: TrustQuestion): Trust {
  const { certificate, purpose, at, anchors, evidence } = question
  const result = certificatePath({
    certificate: certificate.der,
    pool: evidence.certificates,
    anchors,
    at,
    purpose,
  })
  if (result.kind === 'refused') return refused(result.fault)
  const below = result.path.slice(0, -1)
  const states = below.map((one, index) => stateOf(one, result.path[index + 1] ?? one, question))
  return {
    checks: [
      passed('chain'),
      passed('chain-validity'),
      passed('key-usage'),
      revocationCheck(states),
    ],
    wanted: states.flatMap((state) => state.wanted ?? []),
    answers: states.flatMap((state) => state.answer ?? []),
  }
}

function refused(fault: PathFault): Trust {
  const { name, detail, subIndication } = MEANINGS[fault]
  const isChain = name === 'chain'
  const checks = [
    isChain ? failed('chain', detail, subIndication) : passed('chain'),
    ...(isChain ? [] : [failed(name, detail, subIndication)]),
    skipped('revocation', 'there is no valid chain'),
  ]
  return { checks, wanted: [], answers: [] }
}

interface State {
  readonly fault?: SubIndication
  readonly wanted?: Wanted
  readonly answer?: Answered
}

function stateOf(certificate: Certificate, issuer: Certificate, question: TrustQuestion): State {
  const { at, now, evidence } = question
  const found = revocationEvidence({ certificate, issuer, at, now, ...evidence })
  if (found.kind === 'answer' && found.status === 'good')
    return { answer: { certificate, issuer, at, der: found.der } }
  if (found.kind === 'answer' && found.status === 'revoked') {
    const isOwn = certificate.der.equals(question.certificate.der)
    return { fault: isOwn ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE' }
  }
  return { fault: 'TRY_LATER', wanted: { certificate: certificate.der, issuer: issuer.der } }
}

const SAID: Readonly<Partial<Record<SubIndication, string>>> = {
  REVOKED_NO_POE: 'the certificate is revoked, and nothing proves that the signature is older',
  REVOKED_CA_NO_POE: 'an authority is revoked, and nothing proves that the signature is older',
  TRY_LATER: 'nothing usable says whether a certificate of the chain is revoked',
}

function revocationCheck(states: readonly State[]): Check {
  const faults = states.flatMap(({ fault }) => fault ?? [])
  const worst = (['REVOKED_NO_POE', 'REVOKED_CA_NO_POE', 'TRY_LATER'] as const).find((name) =>
    faults.includes(name),
  )
  return worst === undefined ? passed('revocation') : failed('revocation', SAID[worst] ?? '', worst)
}
