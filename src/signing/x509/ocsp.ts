import { createHash, timingSafeEqual } from 'node:crypto'
import { Malformed } from '../der/malformed.ts'
import {
  bitOctets,
  childrenOf,
  inside,
  integerOctets,
  oidOf,
  only,
  smallInteger,
  timeOf,
  unwrapped,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import { explicit, integer, nil, octetString, oid, sequence } from '../der/write.ts'
import type { Certificate } from './certificate.ts'
import { readExtensions, type Extensions } from './extensions.ts'
import { OID } from './oids.ts'
import { nodeHash, readHash } from './signature.ts'

/** DER OCSPRequest (RFC 6960 section 4.1) for one certificate. CertID is by SHA-1, as RFC 5019 section 2.1.1 and
 *  all responders have it: here it is a name and proves nothing. `nonce`: RFC 9654. */
export function ocspRequest(
  certificate: Certificate,
  issuer: Certificate,
  nonce?: Uint8Array,
): Uint8Array {
  const certificateId = sequence(
    sequence(oid(OID.sha1), nil()),
    octetString(sha1(issuer.subject)),
    octetString(sha1(issuer.publicKeyBits)),
    integer(certificate.serialNumber),
  )
  const extension = (value: Uint8Array) =>
    explicit(2, sequence(sequence(oid(OID.ocspNonce), octetString(octetString(value)))))
  return sequence(
    sequence(sequence(sequence(certificateId)), ...(nonce === undefined ? [] : [extension(nonce)])),
  )
}

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest()

export interface OcspSingle {
  /** DER CertID. */
  readonly certificateId: Buffer
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly revokedAt?: number
  readonly reasonCode?: number
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number
  readonly nextUpdate?: number
  readonly extensions: Extensions
}

/** BasicOCSPResponse (RFC 6960 section 4.2.1). */
export interface OcspResponse {
  readonly tbs: Buffer
  readonly responder:
    | { readonly kind: 'name'; readonly name: Buffer }
    | { readonly kind: 'key'; readonly keyHash: Buffer }
  readonly producedAt: number
  readonly singles: readonly OcspSingle[]
  readonly nonce?: Buffer
  readonly extensions: Extensions
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  /** DER. */
  readonly certificates: readonly Buffer[]
}

const MAX_BYTES = 1024 * 1024
const MOST_CERTIFICATES = 20

/** Undefined: the responder said that it has no answer (responseStatus is not successful). Nothing is checked but
 *  the form; throws `Malformed`. `bytes`: DER OCSPResponse. */
export function readOcspResponse(bytes: Uint8Array): OcspResponse | undefined {
  if (bytes.length > MAX_BYTES) throw new Malformed('OCSP: too long')
  const reader = inside(only(bytes, TAG.sequence))
  const status = smallInteger(reader.next(TAG.enumerated))
  if (status !== 0) return undefined
  const body = inside(unwrapped(reader.next(constructed(0)), TAG.sequence))
  reader.end()
  if (oidOf(body.next(TAG.oid)) !== OID.ocspBasic) throw new Malformed('OCSP: not a basic response')
  const basic = body.next(TAG.octetString).content
  body.end()
  return readBasicResponse(basic)
}

/** DER BasicOCSPResponse. */
export function readBasicResponse(bytes: Uint8Array): OcspResponse {
  const reader = inside(only(bytes, TAG.sequence))
  const tbs = reader.next(TAG.sequence)
  const signatureAlgorithm = reader.next(TAG.sequence).bytes
  const signature = bitOctets(reader.next(TAG.bitString))
  const certificates = reader.optional(constructed(0))
  reader.end()
  const list =
    certificates === undefined
      ? []
      : childrenOf(unwrapped(certificates, TAG.sequence), TAG.sequence)
  if (list.length > MOST_CERTIFICATES) throw new Malformed('OCSP: too many certificates')
  return {
    ...readResponseData(tbs),
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature,
    certificates: list.map((element) => element.bytes),
  }
}

function readResponseData(tbs: Element) {
  const reader = inside(tbs)
  reader.optional(constructed(0))
  const responder = readResponder(reader.next())
  const producedAt = timeOf(reader.next(TAG.generalizedTime))
  const singles = childrenOf(reader.next(TAG.sequence), TAG.sequence).map(readSingle)
  const extensions = extensionsIn(reader.optional(constructed(1)))
  reader.end()
  const nonce = extensions.get(OID.ocspNonce)
  return {
    responder,
    producedAt,
    singles,
    extensions,
    nonce: nonce && only(nonce.value, TAG.octetString).content,
  }
}

function readResponder(element: Element): OcspResponse['responder'] {
  if (element.tag === constructed(1)) {
    return { kind: 'name', name: unwrapped(element, TAG.sequence).bytes }
  }
  if (element.tag !== constructed(2)) throw new Malformed('OCSP: nobody knows who responds')
  return { kind: 'key', keyHash: unwrapped(element, TAG.octetString).content }
}

const STATES: Readonly<Record<number, OcspSingle['status']>> = {
  [primitive(0)]: 'good',
  [constructed(1)]: 'revoked',
  [primitive(2)]: 'unknown',
}

function readSingle(element: Element): OcspSingle {
  const reader = inside(element)
  const certificateId = reader.next(TAG.sequence).bytes
  const state = reader.next()
  const status = STATES[state.tag]
  if (status === undefined) throw new Malformed('OCSP: a state that there is not')
  const thisUpdate = timeOf(reader.next(TAG.generalizedTime))
  const next = reader.optional(constructed(0))
  const extensions = extensionsIn(reader.optional(constructed(1)))
  reader.end()
  return {
    certificateId,
    status,
    ...(status === 'revoked' ? revokedInfo(state) : {}),
    thisUpdate,
    nextUpdate: next && timeOf(unwrapped(next, TAG.generalizedTime)),
    extensions,
  }
}

function revokedInfo(state: Element) {
  const reader = inside(state)
  const revokedAt = timeOf(reader.next(TAG.generalizedTime))
  const reason = reader.optional(constructed(0))
  reader.end()
  return { revokedAt, reasonCode: reason && smallInteger(unwrapped(reason, TAG.enumerated)) }
}

function extensionsIn(wrapper: Element | undefined): Extensions {
  return wrapper === undefined ? new Map() : readExtensions(unwrapped(wrapper, TAG.sequence))
}

/** Does this CertID name this certificate of this issuer? */
export function isAbout(
  { certificateId }: OcspSingle,
  certificate: Certificate,
  issuer: Certificate,
): boolean {
  const reader = inside(only(certificateId, TAG.sequence))
  const hash = readHash(reader.next(TAG.sequence).bytes)
  const nameHash = reader.next(TAG.octetString).content
  const keyHash = reader.next(TAG.octetString).content
  const serialNumber = integerOctets(reader.next(TAG.integer))
  reader.end()
  if (hash === undefined || !serialNumber.equals(certificate.serialNumber)) return false
  const own = (bytes: Uint8Array) => createHash(nodeHash(hash)).update(bytes).digest()
  // The issuer's name as the certificate spells it.
  return isEqual(nameHash, own(certificate.issuer)) && isEqual(keyHash, own(issuer.publicKeyBits))
}

/** RFC 6960 section 4.2.1: the key hash is SHA-1 of the key's bits. */
export const isKeyHashOf = (keyHash: Buffer, certificate: Certificate): boolean =>
  isEqual(keyHash, sha1(certificate.publicKeyBits))

const isEqual = (one: Buffer, other: Buffer) =>
  one.length === other.length && timingSafeEqual(one, other)
