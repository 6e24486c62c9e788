import {
  checkTimestampToken,
  readTimestampToken,
  type TimestampFault,
} from '../cms/timestamp-token.ts'
import { Malformed } from '../der/malformed.ts'
import type { HashName } from '../x509/signature.ts'
import type { Certificate } from '../x509/certificate.ts'
import { conclude, failed, passed, type Check, type CheckName } from './check.ts'
import type { Conclusion, SubIndication } from './indication.ts'
import { joined, NO_EVIDENCE, type Evidence } from './evidence.ts'
import { trustIn, type Wanted } from './trust.ts'

/** What a time stamp is worth. */
export interface StampFindings extends Conclusion {
  readonly checks: readonly Check[]
  /** Milliseconds since the epoch. */
  readonly time?: number
  readonly authority?: Certificate
  /** It stamps what it should and was signed by its certificate, whoever that is. */
  readonly isIntact: boolean
  /** It stamps something else, or was tampered with: not merely weak or not understood. */
  readonly isBroken: boolean
  readonly wanted: readonly Wanted[]
}

export interface StampQuestion {
  readonly token: Uint8Array
  readonly digestOf: (hash: HashName) => Buffer
  /** When its authority must be found good: now, or the time of a later good time stamp. */
  readonly at: number
  /** The present. */
  readonly now: number
  readonly anchors: readonly Uint8Array[]
  readonly evidence: Evidence
}

const REQUIRED: readonly CheckName[] = ['cms', 'timestamp', 'chain', 'revocation']

/** RFC 3161: imprint, signature, purpose; then the chain and the revocation of its authority. */
export function stampFindings(question: StampQuestion): StampFindings {
  try {
    return read(question)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const checks = [failed('cms', error.message)]
    return { ...conclude(checks, REQUIRED), checks, isIntact: false, isBroken: true, wanted: [] }
  }
}

function read({ token, digestOf, at, now, anchors, evidence }: StampQuestion): StampFindings {
  const stamp = readTimestampToken(token)
  const { certificate, fault } = checkTimestampToken(stamp, {
    digestOf,
    certificates: evidence.certificates,
  })
  const own = [passed('cms'), faultCheck(fault)]
  const { time } = stamp.info
  if (certificate === undefined || fault !== undefined) {
    return {
      ...conclude(own, REQUIRED),
      checks: own,
      time,
      authority: certificate,
      isIntact: false,
      isBroken: fault !== undefined && BROKEN.has(fault),
      wanted: [],
    }
  }
  const { certificates, crls } = stamp.signed
  const all = joined(evidence, { ...NO_EVIDENCE, certificates, crls })
  const { checks, wanted } = trustIn({
    certificate,
    purpose: 'timestamping',
    at,
    now,
    anchors,
    evidence: all,
  })
  const made = [...own, ...checks, futureCheck(time, at)]
  return {
    ...conclude(made, REQUIRED),
    checks: made,
    time,
    authority: certificate,
    isIntact: true,
    isBroken: false,
    wanted,
  }
}

/** Clocks differ by so much. */
const SKEW_MS = 5 * 60_000

const futureCheck = (time: number, at: number): Check =>
  time <= at + SKEW_MS
    ? passed('timestamp-order')
    : failed('timestamp-order', 'the time stamp is later than what proves it')

const FAULTS: Readonly<Record<TimestampFault, readonly [string, SubIndication]>> = {
  imprint_mismatch: ['it stamps something else', 'HASH_FAILURE'],
  nonce_mismatch: ['it answers another request', 'SIG_CONSTRAINTS_FAILURE'],
  policy_mismatch: ['it is of another policy', 'SIG_CONSTRAINTS_FAILURE'],
  wrong_purpose: ['its certificate is not for time stamping', 'CHAIN_CONSTRAINTS_FAILURE'],
  certificate_unreferenced: ['it does not name its certificate', 'SIG_CONSTRAINTS_FAILURE'],
  digest_algorithm_unknown: ['its hash algorithm is not known', 'CRYPTO_CONSTRAINTS_FAILURE'],
  content_type_mismatch: ['its signed content type is another one', 'FORMAT_FAILURE'],
  digest_missing: ['it has no message digest', 'FORMAT_FAILURE'],
  digest_mismatch: ['its content was changed', 'HASH_FAILURE'],
  certificate_missing: ['it does not bring its certificate', 'NO_SIGNING_CERTIFICATE_FOUND'],
  certificate_mismatch: ['it names another certificate', 'NO_SIGNING_CERTIFICATE_FOUND'],
  signature_invalid: ['its signature does not hold', 'SIG_CRYPTO_FAILURE'],
  algorithm_unsupported: [
    'its algorithm is not known or not allowed',
    'CRYPTO_CONSTRAINTS_FAILURE',
  ],
  weak_algorithm: ['SHA-1 or a key that is too short', 'CRYPTO_CONSTRAINTS_FAILURE'],
}

const BROKEN: ReadonlySet<TimestampFault> = new Set([
  'imprint_mismatch',
  'content_type_mismatch',
  'digest_missing',
  'digest_mismatch',
  'certificate_mismatch',
  'signature_invalid',
])

function faultCheck(fault: TimestampFault | undefined): Check {
  return fault === undefined ? passed('timestamp') : failed('timestamp', ...FAULTS[fault])
}
