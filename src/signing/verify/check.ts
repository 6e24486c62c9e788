import { gravest, type Conclusion, type SubIndication } from './indication.ts'

/** Every check that is made on a signature, in the order of ETSI EN 319 102-1 (clauses 5.2.2 to 5.2.8 and
 *  5.4 to 5.6), and what it means when it is not passed. */
export const CHECKS = {
  // Format checking (5.2.2): PDF, ISO 32000-2 section 12.8, and ETSI EN 319 142-1.
  field: { whenFailed: 'FORMAT_FAILURE', says: 'one signature field holds this signature' },
  'byte-range': {
    whenFailed: 'FORMAT_FAILURE',
    says: 'the byte range leaves out its own /Contents alone',
  },
  revision: { whenFailed: 'FORMAT_FAILURE', says: 'the byte range ends where a revision ends' },
  'contents-encoding': {
    whenFailed: 'FORMAT_FAILURE',
    says: '/Contents is one structure, padded with zeros',
  },
  'sub-filter': { whenFailed: 'SIG_CONSTRAINTS_FAILURE', says: 'the signature is of a PAdES kind' },
  cms: { whenFailed: 'FORMAT_FAILURE', says: 'the CMS structure can be read and has one signer' },
  'content-type': {
    whenFailed: 'FORMAT_FAILURE',
    says: 'content type and content are as the kind wants',
  },
  'later-revisions': {
    whenFailed: 'FORMAT_FAILURE',
    says: 'later revisions add only what may be added',
  },
  permissions: {
    whenFailed: 'FORMAT_FAILURE',
    says: 'later changes are among those that the signer permits',
  },
  'whole-document': { whenFailed: 'FORMAT_FAILURE', says: 'nothing follows the last revision' },
  // Identification of the signing certificate (5.2.3).
  'signing-certificate': {
    whenFailed: 'NO_SIGNING_CERTIFICATE_FOUND',
    says: 'the signing certificate is there',
  },
  'certificate-reference': {
    whenFailed: 'SIG_CONSTRAINTS_FAILURE',
    says: 'the signature names its certificate (ESS)',
  },
  // Cryptographic verification (5.2.7).
  'message-digest': { whenFailed: 'HASH_FAILURE', says: 'the signed bytes have the signed digest' },
  'signature-value': { whenFailed: 'SIG_CRYPTO_FAILURE', says: 'the signature value is right' },
  // X.509 certificate validation (5.2.6) and revocation freshness (5.2.5).
  chain: {
    whenFailed: 'NO_CERTIFICATE_CHAIN_FOUND',
    says: 'the certificate leads to a trust anchor',
  },
  'chain-validity': {
    whenFailed: 'OUT_OF_BOUNDS_NO_POE',
    says: 'the chain was valid at that time',
  },
  'key-usage': {
    whenFailed: 'CHAIN_CONSTRAINTS_FAILURE',
    says: 'the certificate is for signatures',
  },
  revocation: { whenFailed: 'REVOKED', says: 'no certificate of the chain was revoked' },
  // Signature acceptance validation (5.2.8).
  algorithms: {
    whenFailed: 'CRYPTO_CONSTRAINTS_FAILURE',
    says: 'the algorithms are strong enough',
  },
  'signed-attributes': {
    whenFailed: 'SIG_CONSTRAINTS_FAILURE',
    says: 'the signed attributes are complete',
  },
  // Time stamps (5.4, 5.5.4).
  timestamp: { whenFailed: 'NO_POE', says: 'the time stamp is good' },
  'timestamp-order': { whenFailed: 'TIMESTAMP_ORDER_FAILURE', says: 'the times follow each other' },
  // Told, never decided upon.
  'form-values': {
    whenFailed: 'SIG_CONSTRAINTS_FAILURE',
    says: 'no form values changed that the signer did not release',
  },
  'signature-policy': {
    whenFailed: 'SIG_CONSTRAINTS_FAILURE',
    says: 'the signature names no policy that is not looked at here',
  },
  'profile-rules': { whenFailed: 'SIG_CONSTRAINTS_FAILURE', says: 'the baseline rules are kept' },
  'hidden-material': {
    whenFailed: 'SIG_CONSTRAINTS_FAILURE',
    says: 'nothing hidden waits in the document',
  },
} as const satisfies Readonly<Record<string, { whenFailed: SubIndication; says: string }>>

export type CheckName = keyof typeof CHECKS

/** `failed` decides; `warning` is told and decides nothing; `skipped`: it could not be or need not be made. */
export type CheckResult = 'passed' | 'failed' | 'warning' | 'skipped'

export interface Check {
  readonly name: CheckName
  readonly result: CheckResult
  /** Plain English: what was found. */
  readonly detail?: string
  /** What a failed one means; of the table, or more exactly known. */
  readonly subIndication?: SubIndication
}

export function passed(name: CheckName, detail?: string): Check {
  return { name, result: 'passed', detail }
}

export function failed(
  name: CheckName,
  detail: string,
  subIndication: SubIndication = CHECKS[name].whenFailed,
): Check {
  return { name, result: 'failed', detail, subIndication }
}

export function warned(name: CheckName, detail: string): Check {
  return { name, result: 'warning', detail }
}

export function skipped(name: CheckName, detail: string): Check {
  return { name, result: 'skipped', detail }
}

/** Passed, or failed with `detail`. */
export function expected(name: CheckName, isTrue: boolean, detail: string): Check {
  return isTrue ? passed(name) : failed(name, detail)
}

/** A signature passes only if every check that decides was made and passed: `required` ones that are
 *  missing or were skipped leave it undecided, never passed. */
export function conclude(checks: readonly Check[], required: readonly CheckName[]): Conclusion {
  const reasons = checks.flatMap((check) =>
    check.result === 'failed' ? [check.subIndication ?? CHECKS[check.name].whenFailed] : [],
  )
  const isMade = (name: CheckName) =>
    checks.some((check) => check.name === name && check.result !== 'skipped')
  const unmade = required.filter((name) => !isMade(name))
  if (reasons.length === 0 && unmade.length > 0) return gravest([unmadeMeans(unmade)])
  return gravest(reasons)
}

/** A check that was not made is no failure, but no reason to trust either. */
function unmadeMeans(unmade: readonly CheckName[]): SubIndication {
  if (unmade.includes('signature-value')) return 'SIGNED_DATA_NOT_FOUND'
  if (unmade.includes('chain')) return 'NO_CERTIFICATE_CHAIN_FOUND'
  if (unmade.includes('revocation')) return 'TRY_LATER'
  return 'SIG_CONSTRAINTS_FAILURE'
}
