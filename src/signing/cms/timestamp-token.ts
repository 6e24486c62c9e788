import { createHash } from 'node:crypto'
import type { Digest } from '../../ports/timestamp-authority.ts'
import { Malformed } from '../der/malformed.ts'
import {
  booleanOf,
  bitsOf,
  inside,
  integerOctets,
  oidOf,
  only,
  smallInteger,
  timeOf,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import { boolean, integer, octetString, oid, sequence } from '../der/write.ts'
import { DIGEST_IDENTIFIERS } from '../x509/algorithms.ts'
import { extendedKeyUsageOf } from '../x509/certificate-extensions.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readExtensions, unknownCritical } from '../x509/extensions.ts'
import { OID } from '../x509/oids.ts'
import { nodeHash, readHash, type HashName } from '../x509/signature.ts'
import { checkSigner, type SignerCheck, type SignerFault } from './check-signer.ts'
import { readSignedData, type SignedContent } from './read-signed-data.ts'

export interface TimestampRequest {
  readonly digest: Digest
  /** Big-endian, not negative. */
  readonly nonce?: Uint8Array
  /** Dotted; the authority refuses when it does not stamp by this policy. */
  readonly policy?: string
}

/** DER TimeStampReq (RFC 3161 section 2.4.1) that asks for the authority's certificate, too. */
export function timestampRequest({ digest, nonce, policy }: TimestampRequest): Uint8Array {
  return sequence(
    integer(1),
    sequence(DIGEST_IDENTIFIERS[digest.algorithm], octetString(digest.value)),
    ...(policy === undefined ? [] : [oid(policy)]),
    ...(nonce === undefined ? [] : [integer(nonce)]),
    boolean(true),
  )
}

export type TimestampAnswer =
  | { readonly kind: 'granted'; readonly token: Buffer }
  /** PKIStatus, and the first PKIFailureInfo bit when there is one (RFC 3161 section 2.4.2). */
  | { readonly kind: 'refused'; readonly status: number; readonly failure?: number }

const FAILURE_BITS = [0, 2, 5, 14, 15, 16, 17, 25]

/** DER TimeStampResp. Throws `Malformed`. */
export function readTimestampResponse(bytes: Uint8Array): TimestampAnswer {
  const reader = inside(only(bytes, TAG.sequence))
  const info = inside(reader.next(TAG.sequence))
  const status = smallInteger(info.next(TAG.integer))
  info.optional(TAG.sequence)
  const failure = info.optional(TAG.bitString)
  const token = reader.optional(TAG.sequence)
  reader.end()
  if (status <= 1) {
    if (token === undefined) throw new Malformed('time stamp: granted without a token')
    return { kind: 'granted', token: token.bytes }
  }
  return { kind: 'refused', status, failure: failure && FAILURE_BITS.find(bitsOf(failure)) }
}

/** TSTInfo (RFC 3161 section 2.4.2). */
export interface TimestampInfo {
  readonly policy: string
  /** Undefined: a hash that we do not know. */
  readonly hash?: HashName
  readonly imprint: Buffer
  readonly serialNumber: Buffer
  /** Milliseconds since the epoch. */
  readonly time: number
  /** How far it may be off, in milliseconds; 0 when the authority does not say. */
  readonly accuracyMs: number
  readonly nonce?: Buffer
}

export interface TimestampToken {
  readonly info: TimestampInfo
  readonly signed: SignedContent
}

/** DER TimeStampToken. Nothing is checked but its form; throws `Malformed`. */
export function readTimestampToken(bytes: Uint8Array): TimestampToken {
  const signed = readSignedData(bytes)
  if (signed.contentType !== OID.tstInfo || signed.content === undefined) {
    throw new Malformed('time stamp: there is no TSTInfo in it')
  }
  return { signed, info: readInfo(only(signed.content, TAG.sequence)) }
}

function readInfo(element: Element): TimestampInfo {
  const reader = inside(element)
  if (smallInteger(reader.next(TAG.integer)) !== 1) throw new Malformed('time stamp: not version 1')
  const policy = oidOf(reader.next(TAG.oid))
  const imprint = inside(reader.next(TAG.sequence))
  const hash = readHash(imprint.next(TAG.sequence).bytes)
  const imprintOctets = imprint.next(TAG.octetString).content
  imprint.end()
  const serialNumber = integerOctets(reader.next(TAG.integer))
  const time = timeOf(reader.next(TAG.generalizedTime))
  const accuracy = reader.optional(TAG.sequence)
  const ordering = reader.optional(TAG.boolean)
  if (ordering !== undefined) booleanOf(ordering)
  const nonce = reader.optional(TAG.integer)
  reader.optional(constructed(0))
  refuseCritical(reader.optional(constructed(1)))
  reader.end()
  return {
    policy,
    hash,
    imprint: imprintOctets,
    serialNumber,
    time,
    accuracyMs: accuracy === undefined ? 0 : accuracyOf(accuracy),
    nonce: nonce && integerOctets(nonce),
  }
}

/** None is known that a time stamp could have: a critical one may change what it says. */
function refuseCritical(extensions: Element | undefined): void {
  if (extensions === undefined) return
  const [unknown] = unknownCritical(readExtensions(extensions), new Set())
  if (unknown !== undefined) throw new Malformed(`time stamp: ${unknown} is critical and unknown`)
}

function accuracyOf(element: Element): number {
  const reader = inside(element)
  const [seconds, millis, micros] = [TAG.integer, primitive(0), primitive(1)].map((tag) => {
    const part = reader.optional(tag)
    return part === undefined ? 0 : smallInteger(part)
  })
  reader.end()
  return (seconds ?? 0) * 1000 + (millis ?? 0) + Math.ceil((micros ?? 0) / 1000)
}

export type TimestampFault =
  | SignerFault
  | 'imprint_mismatch'
  | 'nonce_mismatch'
  | 'policy_mismatch'
  | 'wrong_purpose'
  | 'certificate_unreferenced'

export interface TimestampExpectation {
  /** The hash that must be stamped: of the imprint's own algorithm. */
  digestOf(hash: HashName): Uint8Array
  /** As in the request. */
  readonly nonce?: Uint8Array
  readonly policy?: string
  /** DER certificates that may be the authority's when the token brings none. */
  readonly certificates?: readonly Uint8Array[]
}

export interface TimestampCheck extends Omit<SignerCheck, 'fault'> {
  readonly fault?: TimestampFault
}

/** Does the token stamp this digest, for this request, with a certificate that is for stamping alone
 *  (RFC 3161 sections 2.2 and 2.3)? The certificate's path and state are not looked at. Throws `Malformed`. */
export function checkTimestampToken(
  { info, signed }: TimestampToken,
  expected: TimestampExpectation,
): TimestampCheck {
  const hashOf = (hash: HashName) =>
    createHash(nodeHash(hash))
      .update(signed.content ?? Buffer.alloc(0))
      .digest()
  const check = checkSigner(signed, hashOf, expected.certificates)
  const fault = requestFault(info, expected) ?? check.fault ?? certificateFault(check)
  return { ...check, fault }
}

function requestFault(
  { hash, imprint, nonce, policy }: TimestampInfo,
  expected: TimestampExpectation,
): TimestampFault | undefined {
  if (hash === undefined || !imprint.equals(expected.digestOf(hash))) return 'imprint_mismatch'
  if (expected.nonce !== undefined && !isSameNumber(expected.nonce, nonce)) return 'nonce_mismatch'
  if (expected.policy !== undefined && expected.policy !== policy) return 'policy_mismatch'
  return undefined
}

function isSameNumber(sent: Uint8Array, got: Buffer | undefined): boolean {
  return got !== undefined && integer(sent).equals(integer(got))
}

function certificateFault({ certificate, reference }: SignerCheck): TimestampFault | undefined {
  if (reference === 'none') return 'certificate_unreferenced'
  return certificate !== undefined && isForStamping(certificate) ? undefined : 'wrong_purpose'
}

/** Extended key usage is critical and names nothing but timeStamping (RFC 3161 section 2.3). */
export function isForStamping(certificate: Certificate): boolean {
  const usages = extendedKeyUsageOf(certificate) ?? []
  const isCritical = certificate.extensions.get(OID.extKeyUsage)?.isCritical === true
  return isCritical && usages.length === 1 && usages[0] === OID.timeStamping
}
