import { timingSafeEqual } from 'node:crypto'
import { oidOf } from '../der/read.ts'
import { TAG } from '../der/tags.ts'
import { publicKeyOf, readableCertificate, type Certificate } from '../x509/certificate.ts'
import { subjectKeyIdentifierOf } from '../x509/certificate-extensions.ts'
import { isSameName } from '../x509/name.ts'
import { OID } from '../x509/oids.ts'
import { checkSignature, readHash, type HashName } from '../x509/signature.ts'
import { onlyValue } from './attributes.ts'
import type { SignedContent, SignerIdentifier } from './read-signed-data.ts'
import { certificateReference, type CertificateReference } from './signing-certificate.ts'

/** Why a signature does not hold. `weak_algorithm`: it does, but by SHA-1 or a short key. */
export type SignerFault =
  | 'digest_algorithm_unknown'
  | 'content_type_mismatch'
  | 'digest_missing'
  | 'digest_mismatch'
  | 'certificate_missing'
  | 'certificate_mismatch'
  | 'signature_invalid'
  | 'algorithm_unsupported'
  | 'weak_algorithm'

export interface SignerCheck {
  /** None: the signature holds. */
  readonly fault?: SignerFault
  /** The signer's, when it was found. Its path and its state are not looked at here. */
  readonly certificate?: Certificate
  readonly reference: CertificateReference
  readonly hash?: HashName
}

/** Checks one signature: message digest, certificate reference, signature. `digestOf` gives the hash of what is
 *  signed; `others`: DER certificates that may be the signer's when the signature brings none. Throws
 *  `Malformed`. */
export function checkSigner(
  { signer, contentType, certificates }: SignedContent,
  digestOf: (hash: HashName) => Uint8Array,
  others: readonly Uint8Array[] = [],
): SignerCheck {
  const certificate = signerCertificate(signer.identifier, [...certificates, ...others])
  const hash = readHash(signer.digestAlgorithm)
  const reference =
    certificate === undefined ? 'none' : certificateReference(signer.signed, certificate)
  const found = { certificate, hash, reference }
  if (hash === undefined) return { ...found, fault: 'digest_algorithm_unknown' }
  const type = onlyValue(signer.signed, OID.contentType)
  if (type === undefined || oidOf(type) !== contentType) {
    return { ...found, fault: 'content_type_mismatch' }
  }
  const digest = onlyValue(signer.signed, OID.messageDigest)
  if (digest?.tag !== TAG.octetString) return { ...found, fault: 'digest_missing' }
  const own = digestOf(hash)
  if (own.length !== digest.content.length || !timingSafeEqual(own, digest.content)) {
    return { ...found, fault: 'digest_mismatch' }
  }
  if (certificate === undefined) return { ...found, fault: 'certificate_missing' }
  if (reference === 'mismatch') return { ...found, fault: 'certificate_mismatch' }
  const verdict = checkSignature({
    algorithm: signer.signatureAlgorithm,
    hash,
    key: publicKeyOf(certificate),
    data: signer.signedBytes,
    signature: signer.signature,
  })
  return {
    ...found,
    fault: hash === 'SHA-1' && verdict === 'valid' ? 'weak_algorithm' : FAULTS[verdict],
  }
}

const FAULTS = {
  valid: undefined,
  invalid: 'signature_invalid',
  weak: 'weak_algorithm',
  unsupported: 'algorithm_unsupported',
} as const

/** What cannot be read as a certificate is not the one. */
export function signerCertificate(
  identifier: SignerIdentifier,
  candidates: readonly Uint8Array[],
): Certificate | undefined {
  for (const candidate of candidates) {
    const certificate = readableCertificate(candidate)
    if (certificate !== undefined && isMeant(identifier, certificate)) return certificate
  }
  return undefined
}

function isMeant(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'key_identifier') {
    return subjectKeyIdentifierOf(certificate)?.equals(identifier.keyIdentifier) ?? false
  }
  const { issuer, serialNumber } = identifier
  return certificate.serialNumber.equals(serialNumber) && isSameName(certificate.issuer, issuer)
}
