import { createHash, timingSafeEqual } from 'node:crypto'
import { Malformed } from '../der/malformed.ts'
import { childrenOf, inside, integerOctets, only, unwrapped, type Element } from '../der/read.ts'
import { constructed, TAG } from '../der/tags.ts'
import type { Certificate } from '../x509/certificate.ts'
import { isSameName } from '../x509/name.ts'
import { OID } from '../x509/oids.ts'
import { nodeHash, readHash, type HashName } from '../x509/signature.ts'
import { onlyValue, type Attributes } from './attributes.ts'

/** What the signed attributes say about the signer's certificate: `v1` (RFC 2634) knows SHA-1 alone. */
export type CertificateReference = 'none' | 'v1' | 'v2' | 'mismatch'

/** Does the signer vouch for this very certificate (RFC 5035 section 5)? Throws `Malformed`. */
export function certificateReference(
  signed: Attributes,
  certificate: Certificate,
): CertificateReference {
  const v2 = onlyValue(signed, OID.signingCertificateV2)
  const v1 = onlyValue(signed, OID.signingCertificate)
  // When both are given, both must hold.
  if (v1 !== undefined && !fits(v1, certificate, 'v1')) return 'mismatch'
  if (v2 !== undefined) return fits(v2, certificate, 'v2') ? 'v2' : 'mismatch'
  return v1 === undefined ? 'none' : 'v1'
}

/** The first ESSCertID is the signer's. */
function fits(value: Element, certificate: Certificate, version: 'v1' | 'v2'): boolean {
  const [first] = childrenOf(inside(only(value.bytes, TAG.sequence)).next(TAG.sequence))
  if (first === undefined) throw new Malformed('ESS: it names no certificate')
  const reader = inside(first)
  const algorithm = version === 'v2' ? reader.optional(TAG.sequence) : undefined
  const hash = reader.next(TAG.octetString).content
  const issuerSerial = reader.optional(TAG.sequence)
  reader.end()
  const name = version === 'v1' ? 'SHA-1' : algorithm ? readHash(algorithm.bytes) : 'SHA-256'
  if (name === undefined || !isHashOf(name, hash, certificate.der)) return false
  return issuerSerial === undefined || isIssuedAs(issuerSerial, certificate)
}

function isHashOf(name: HashName, hash: Buffer, bytes: Uint8Array): boolean {
  const own = createHash(nodeHash(name)).update(bytes).digest()
  return own.length === hash.length && timingSafeEqual(own, hash)
}

/** IssuerSerial: GeneralNames with one directoryName, and a serial number. */
function isIssuedAs(element: Element, certificate: Certificate): boolean {
  const reader = inside(element)
  const names = childrenOf(reader.next(TAG.sequence))
  const serialNumber = integerOctets(reader.next(TAG.integer))
  const directory = names.find(({ tag }) => tag === constructed(4))
  if (directory === undefined || !serialNumber.equals(certificate.serialNumber)) return false
  return isSameName(unwrapped(directory, TAG.sequence).bytes, certificate.issuer)
}
