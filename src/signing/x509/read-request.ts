import { Malformed } from '../der/malformed.ts'
import { bitOctets, inside, only, smallInteger } from '../der/read.ts'
import { constructed, TAG } from '../der/tags.ts'
import { readPublicKey } from './certificate.ts'
import { checkSignature } from './signature.ts'

export interface CertificateRequest {
  /** DER Name. */
  readonly subject: Buffer
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
}

/** A PKCS#10 request (RFC 2986) that its own key has signed. Throws `Malformed` for every other. */
export function readCertificateRequest(bytes: Uint8Array): CertificateRequest {
  const outer = inside(only(bytes, TAG.sequence))
  const info = outer.next(TAG.sequence)
  const algorithm = outer.next(TAG.sequence).bytes
  const signature = bitOctets(outer.next(TAG.bitString))
  outer.end()
  const reader = inside(info)
  if (smallInteger(reader.next(TAG.integer)) !== 0) throw new Malformed('request: not version 1')
  const subject = reader.next(TAG.sequence).bytes
  const publicKey = reader.next(TAG.sequence).bytes
  reader.optional(constructed(0))
  reader.end()
  const key = readPublicKey(publicKey)
  if (checkSignature({ algorithm, key, data: info.bytes, signature }) !== 'valid') {
    throw new Malformed('request: its own key did not sign it')
  }
  return { subject, publicKey }
}
