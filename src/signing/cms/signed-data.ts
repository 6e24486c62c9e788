import { createHash } from 'node:crypto'
import type { SigningAlgorithm } from '../../ports/signer.ts'
import type { Digest } from '../../ports/timestamp-authority.ts'
import { inside, only } from '../der/read.ts'
import { constructed, TAG } from '../der/tags.ts'
import { explicit, integer, octetString, oid, retagged, sequence, setOf } from '../der/write.ts'
import { DIGEST_IDENTIFIERS, HASH_NAMES, SIGNATURE_IDENTIFIERS } from '../x509/algorithms.ts'
import { OID } from '../x509/oids.ts'

export interface SignedDataInput {
  readonly alg: SigningAlgorithm
  /** The one of the signed attributes' message digest. All our algorithms hash with SHA-256. */
  readonly digestAlgorithm: Digest['algorithm']
  /** What `signedAttributes` made, and what was signed. */
  readonly attributes: Uint8Array
  /** Of ECDSA: DER, as in `Signer`. */
  readonly signature: Uint8Array
  /** DER, the signer's own first. They are embedded as they are. */
  readonly certificates: readonly Uint8Array[]
  /** DER TimeStampToken over the SHA-256 (or longer) hash of `signature`. */
  readonly timestampToken?: Uint8Array
}

/** DER of the signed attributes (a SET OF, as it is hashed and signed) of a CAdES baseline signature in a PDF:
 *  content-type, message-digest and signing-certificate-v2, and no signing-time, which PAdES leaves to the
 *  signature dictionary's /M (ETSI EN 319 142-1 section 6.3). `certificate`: the signer's, DER. */
export function signedAttributes(digest: Digest, certificate: Uint8Array): Uint8Array {
  return setOf(
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octetString(digest.value)),
    attribute(OID.signingCertificateV2, signingCertificateV2(certificate)),
  )
}

/** RFC 5035 section 3: one ESSCertIDv2 whose hash is SHA-256, the DEFAULT, which DER does not write. */
function signingCertificateV2(certificate: Uint8Array): Buffer {
  const hash = createHash(HASH_NAMES['SHA-256']).update(certificate).digest()
  return sequence(sequence(sequence(octetString(hash))))
}

/** DER ContentInfo with a detached SignedData of one SignerInfo (RFC 5652 section 5). */
export function signedData(input: SignedDataInput): Uint8Array {
  const [own] = input.certificates
  if (own === undefined) throw new RangeError('a signature needs the certificate of its key')
  if (input.digestAlgorithm !== 'SHA-256') {
    throw new RangeError(`${input.alg} hashes with SHA-256, and so must the message digest`)
  }
  const digest = DIGEST_IDENTIFIERS[input.digestAlgorithm]
  const certificates = retagged(constructed(0), setOf(...input.certificates))
  const body = sequence(
    integer(1),
    setOf(digest),
    sequence(oid(OID.data)),
    certificates,
    setOf(signerInfo(input, own)),
  )
  return sequence(oid(OID.signedData), explicit(0, body))
}

function signerInfo(input: SignedDataInput, own: Uint8Array): Buffer {
  const { alg, digestAlgorithm, attributes, signature, timestampToken } = input
  return sequence(
    integer(1),
    issuerAndSerialNumber(own),
    DIGEST_IDENTIFIERS[digestAlgorithm],
    retagged(constructed(0), attributes),
    SIGNATURE_IDENTIFIERS[alg],
    octetString(signature),
    ...(timestampToken === undefined ? [] : [unsignedAttributes(timestampToken)]),
  )
}

/** signature-time-stamp (ETSI EN 319 122-1 section 5.3). */
function unsignedAttributes(timestampToken: Uint8Array): Buffer {
  return retagged(constructed(1), setOf(attribute(OID.timeStampToken, timestampToken)))
}

const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value))

/** The very bytes of the certificate's issuer and serial number. */
export function issuerAndSerialNumber(certificate: Uint8Array): Buffer {
  const tbs = inside(inside(only(certificate, TAG.sequence)).next(TAG.sequence))
  tbs.optional(constructed(0))
  const serialNumber = tbs.next(TAG.integer)
  tbs.next(TAG.sequence)
  return sequence(tbs.next(TAG.sequence).bytes, serialNumber.bytes)
}
