import { createHash } from 'node:crypto'
import type { SigningAlgorithm } from '../../ports/signer.ts'
import { checkSigner, type SignerCheck } from '../cms/check-signer.ts'
import { readSignedData, type SignedContent } from '../cms/read-signed-data.ts'
import { signedData } from '../cms/signed-data.ts'
import { octetString, oid, sequence, setOf, time } from '../der/write.ts'
import { onlyValue } from '../cms/attributes.ts'
import { timeOf } from '../der/read.ts'
import { OID } from '../x509/oids.ts'
import { nodeHash } from '../x509/signature.ts'

export interface CadesInput {
  /** What `transactionBytes` made; or its SHA-256 alone. */
  readonly content: Uint8Array | { readonly sha256: Uint8Array }
  /** The signer's, DER. */
  readonly certificate: Uint8Array
  /** Milliseconds since the epoch. */
  readonly signedAt: number
}

/** DER of the signed attributes of a CAdES B-B signature that stands beside its text (ETSI EN 319 122-1 section 6.3:
 *  unlike in a PDF, signing-time is demanded). These bytes are what the key signs. */
export function cadesAttributes({ content, certificate, signedAt }: CadesInput): Uint8Array {
  const digest =
    content instanceof Uint8Array ? createHash('sha256').update(content).digest() : content.sha256
  const hash = createHash('sha256').update(certificate).digest()
  return setOf(
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octetString(digest)),
    attribute(OID.signingTime, time(signedAt)),
    // ESSCertIDv2 with the default hash, SHA-256 (RFC 5035 section 3).
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octetString(hash))))),
  )
}

const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value))

export interface CadesParts {
  readonly alg: SigningAlgorithm
  readonly attributes: Uint8Array
  readonly signature: Uint8Array
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[]
  /** With it the signature is B-T. */
  readonly timestampToken?: Uint8Array
}

/** DER, detached. */
export function cadesSignature(parts: CadesParts): Uint8Array {
  return signedData({ ...parts, digestAlgorithm: 'SHA-256' })
}

export interface CadesCheck extends SignerCheck {
  readonly signed: SignedContent
  /** Claimed by the signer, milliseconds since the epoch. */
  readonly signedAt?: number
}

/** Does the signature belong to this text? The certificate's path and state are not looked at. Throws `Malformed`. */
export function checkCades(der: Uint8Array, content: Uint8Array): CadesCheck {
  const signed = readSignedData(der)
  const digestOf = (hash: Parameters<typeof nodeHash>[0]) =>
    createHash(nodeHash(hash)).update(content).digest()
  const claimed = onlyValue(signed.signer.signed, OID.signingTime)
  const check = checkSigner(signed, digestOf)
  // What brings its own text could bring another one.
  const isDetached = signed.content === undefined
  return {
    ...check,
    fault: isDetached ? check.fault : 'digest_mismatch',
    signed,
    signedAt: claimed && timeOf(claimed),
  }
}
