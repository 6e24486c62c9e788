import { createPublicKey, type KeyObject } from 'node:crypto'
import { Malformed } from '../der/malformed.ts'
import {
  bitOctets,
  inside,
  integerOctets,
  only,
  smallInteger,
  timeOf,
  view,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import { readExtensions, type Extensions } from './extensions.ts'
import { isSameName } from './name.ts'
import { remembering } from './remembering.ts'
import { checkSignature, type SignatureVerdict } from './signature.ts'

/** X.509 v3 (RFC 5280 section 4.1). Buffers are views into `der`. */
export interface Certificate {
  readonly der: Buffer
  /** What is signed. */
  readonly tbs: Buffer
  /** Contents of the INTEGER. */
  readonly serialNumber: Buffer
  /** DER Name. */
  readonly issuer: Buffer
  readonly subject: Buffer
  /** Milliseconds since the epoch, both included. */
  readonly notBefore: number
  readonly notAfter: number
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeyInfo: Buffer
  /** The octets of its BIT STRING, whose SHA-1 names the key in OCSP. */
  readonly publicKeyBits: Buffer
  /** DER AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  readonly extensions: Extensions
}

const MAX_BYTES = 64 * 1024

/** The same certificates come again and again: authorities with every signature, and one's own several times in a
 *  document. The very bytes are what is asked by. */
const known = remembering(parsed)

/** The same object for the same bytes. Throws `Malformed`. */
export function readCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > MAX_BYTES) throw new Malformed('certificate: too long')
  return known(bytes)
}

function parsed(der: Buffer): Certificate {
  const outer = inside(only(der, TAG.sequence))
  const tbs = outer.next(TAG.sequence)
  const signatureAlgorithm = outer.next(TAG.sequence).bytes
  const signature = bitOctets(outer.next(TAG.bitString))
  outer.end()

  const reader = inside(tbs)
  const version = reader.optional(constructed(0))
  const versionNumber = version === undefined ? 0 : smallInteger(only(version.content, TAG.integer))
  const serialNumber = integerOctets(reader.next(TAG.integer))
  if (!reader.next(TAG.sequence).bytes.equals(signatureAlgorithm)) {
    throw new Malformed('certificate: it names two signature algorithms')
  }
  const issuer = reader.next(TAG.sequence).bytes
  const validity = inside(reader.next(TAG.sequence))
  const [notBefore, notAfter] = [timeOf(validity.next()), timeOf(validity.next())]
  validity.end()
  const subject = reader.next(TAG.sequence).bytes
  const publicKey = reader.next(TAG.sequence)
  reader.optional(primitive(1))
  reader.optional(primitive(2))
  const extensions = reader.optional(constructed(3))
  reader.end()
  if (extensions !== undefined && versionNumber !== 2) {
    throw new Malformed('certificate: extensions belong to version 3')
  }
  return {
    der,
    tbs: tbs.bytes,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKeyInfo: publicKey.bytes,
    publicKeyBits: keyBits(publicKey),
    signatureAlgorithm,
    signature,
    extensions:
      extensions === undefined
        ? new Map<never, never>()
        : readExtensions(only(extensions.content, TAG.sequence)),
  }
}

function keyBits(publicKey: Element): Buffer {
  const reader = inside(publicKey)
  reader.next(TAG.sequence)
  const bits = bitOctets(reader.next(TAG.bitString))
  reader.end()
  return bits
}

const KEYS = new WeakMap<Certificate, KeyObject>()

/** Throws `Malformed` when the key is of a kind that nobody here can use. */
export function publicKeyOf(certificate: Certificate): KeyObject {
  const known = KEYS.get(certificate)
  if (known) return known
  const key = readPublicKey(certificate.publicKeyInfo)
  KEYS.set(certificate, key)
  return key
}

/** From DER SubjectPublicKeyInfo. */
export function readPublicKey(publicKeyInfo: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: view(publicKeyInfo), format: 'der', type: 'spki' })
  } catch {
    throw new Malformed('public key: it cannot be read')
  }
}

/** Issued by an authority to itself: a root, or a change of keys. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return isSameName(issuer, subject)
}

/** Undefined when these bytes are no certificate. */
export function readableCertificate(bytes: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(bytes)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const VERDICTS = new WeakMap<Certificate, WeakMap<Certificate, SignatureVerdict>>()

/** Did the holder of the issuer's key sign this certificate? Names and rights are not looked at. */
export function issuedBy(certificate: Certificate, issuer: Certificate): SignatureVerdict {
  const verdicts = VERDICTS.get(certificate) ?? new WeakMap<Certificate, SignatureVerdict>()
  VERDICTS.set(certificate, verdicts)
  const verdict =
    verdicts.get(issuer) ??
    checkSignature({
      algorithm: certificate.signatureAlgorithm,
      key: publicKeyOf(issuer),
      data: certificate.tbs,
      signature: certificate.signature,
    })
  verdicts.set(issuer, verdict)
  return verdict
}
