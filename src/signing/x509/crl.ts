import { Malformed } from '../der/malformed.ts'
import {
  bitOctets,
  booleanOf,
  cursor,
  inside,
  integerOctets,
  only,
  smallInteger,
  timeOf,
  unwrapped,
  view,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import {
  basicConstraintsOf,
  crlUrlsOf,
  distributionUrls,
  keyUsageOf,
} from './certificate-extensions.ts'
import { publicKeyOf, type Certificate } from './certificate.ts'
import { readExtensions, unknownCritical, type Extensions } from './extensions.ts'
import { isSameName } from './name.ts'
import { OID } from './oids.ts'
import {
  freshnessFault,
  reasonOf,
  unusable,
  type Freshness,
  type RevocationAnswer,
} from './revocation.ts'
import { checkSignature } from './signature.ts'

/** CertificateList (RFC 5280 section 5.1). Buffers are views into what was read. */
export interface Crl {
  readonly tbs: Buffer
  readonly issuer: Buffer
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number
  readonly nextUpdate?: number
  /** Contents of revokedCertificates: gone through one by one, since lists can be long. */
  readonly entries: Buffer
  readonly extensions: Extensions
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
}

const MAX_BYTES = 64 * 1024 * 1024
const NONE = Buffer.alloc(0)

/** Nothing is checked but the form; throws `Malformed`. */
export function readCrl(bytes: Uint8Array): Crl {
  if (bytes.length > MAX_BYTES) throw new Malformed('CRL: too long')
  const outer = inside(only(view(bytes), TAG.sequence))
  const tbs = outer.next(TAG.sequence)
  const signatureAlgorithm = outer.next(TAG.sequence).bytes
  const signature = bitOctets(outer.next(TAG.bitString))
  outer.end()

  const reader = inside(tbs)
  reader.optional(TAG.integer)
  if (!reader.next(TAG.sequence).bytes.equals(signatureAlgorithm)) {
    throw new Malformed('CRL: it names two signature algorithms')
  }
  const issuer = reader.next(TAG.sequence).bytes
  const thisUpdate = timeOf(reader.next())
  const nextUpdate = reader.optional(TAG.utcTime) ?? reader.optional(TAG.generalizedTime)
  const entries = reader.optional(TAG.sequence)?.content ?? NONE
  const extensions = reader.optional(constructed(0))
  reader.end()
  return {
    tbs: tbs.bytes,
    issuer,
    thisUpdate,
    nextUpdate: nextUpdate && timeOf(nextUpdate),
    entries,
    extensions:
      extensions === undefined ? new Map() : readExtensions(unwrapped(extensions, TAG.sequence)),
    signatureAlgorithm,
    signature,
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.crlNumber,
  OID.authorityKeyIdentifier,
  OID.issuingDistributionPoint,
])
const KNOWN_OF_ENTRIES: ReadonlySet<string> = new Set([OID.reasonCode])

export interface RevocationQuestion extends Freshness {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

/** What a full CRL of the issuer itself says. Delta and indirect lists are not understood and so say nothing. */
export function judgeCrl(crl: Crl, question: RevocationQuestion): RevocationAnswer {
  const { certificate, issuer } = question
  if (!isSameName(crl.issuer, issuer.subject)) return unusable('other_certificate')
  if (keyUsageOf(issuer)?.has('crlSign') === false) return unusable('responder_unauthorised')
  const verdict = checkSignature({
    algorithm: crl.signatureAlgorithm,
    key: publicKeyOf(issuer),
    data: crl.tbs,
    signature: crl.signature,
  })
  if (verdict !== 'valid') return unusable('signature_invalid')
  if (unknownCritical(crl.extensions, KNOWN).length > 0) return unusable('extension_unknown')
  const point = crl.extensions.get(OID.issuingDistributionPoint)
  if (point !== undefined && !isInScope(only(point.value, TAG.sequence), certificate)) {
    return unusable('other_certificate')
  }
  const fault = freshnessFault(crl, certificate, question)
  if (fault !== undefined) return unusable(fault)
  return answerOf(crl, certificate)
}

function answerOf(crl: Crl, certificate: Certificate): RevocationAnswer {
  const { thisUpdate, nextUpdate } = crl
  const common = { kind: 'answer', thisUpdate, nextUpdate, certificates: [] } as const
  const entry = entryOf(crl, certificate.serialNumber)
  if (entry === undefined) return { ...common, status: 'good' }
  if (unknownCritical(entry.extensions, KNOWN_OF_ENTRIES).length > 0) {
    return unusable('extension_unknown')
  }
  const code = entry.extensions.get(OID.reasonCode)
  const reason = reasonOf(code && smallInteger(only(code.value, TAG.enumerated)))
  return { ...common, status: 'revoked', revokedAt: entry.revokedAt, reason }
}

/** The entry of this serial number. */
function entryOf({ entries }: Crl, serialNumber: Buffer) {
  const reader = cursor(entries)
  while (!reader.isDone()) {
    const fields = inside(reader.next(TAG.sequence))
    if (!integerOctets(fields.next(TAG.integer)).equals(serialNumber)) continue
    const revokedAt = timeOf(fields.next())
    const extensions = fields.optional(TAG.sequence)
    fields.end()
    return {
      revokedAt,
      extensions: extensions ? readExtensions(extensions) : new Map<never, never>(),
    }
  }
  return undefined
}

/** IssuingDistributionPoint (RFC 5280 section 5.2.5): is this certificate among those that the list is of? */
function isInScope(point: Element, certificate: Certificate): boolean {
  const reader = inside(point)
  const name = reader.optional(constructed(0))
  const [users, authorities, reasons, indirect, attributes] = [1, 2, 3, 4, 5].map((n) =>
    reader.optional(primitive(n)),
  )
  reader.end()
  const says = (flag: Element | undefined) =>
    flag !== undefined && booleanOf({ ...flag, tag: TAG.boolean })
  const { isAuthority } = basicConstraintsOf(certificate)
  if (reasons !== undefined || says(indirect) || says(attributes)) return false
  if ((says(users) && isAuthority) || (says(authorities) && !isAuthority)) return false
  const own = crlUrlsOf(certificate)
  return name === undefined || distributionUrls(name).some((url) => own.includes(url))
}

/** cRLNumber (RFC 5280 section 5.2.3), as hexadecimal digits; undefined when the list has none. */
export function crlNumberOf({ extensions }: Crl): string | undefined {
  const number = extensions.get(OID.crlNumber)
  return number && integerOctets(only(number.value, TAG.integer)).toString('hex')
}
