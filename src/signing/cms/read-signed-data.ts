import { Malformed } from '../der/malformed.ts'
import {
  as,
  childrenOf,
  cursor,
  inside,
  integerOctets,
  oidOf,
  only,
  smallInteger,
  unwrapped,
  view,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import { OID } from '../x509/oids.ts'
import {
  isInOrder,
  readSignedAttributes,
  readUnsignedAttributes,
  type Attributes,
} from './attributes.ts'

/** Which certificate is the signer's (RFC 5652 section 5.3). */
export type SignerIdentifier =
  | { readonly kind: 'issuer_and_serial'; readonly issuer: Buffer; readonly serialNumber: Buffer }
  | { readonly kind: 'key_identifier'; readonly keyIdentifier: Buffer }

export interface SignerInfo {
  readonly identifier: SignerIdentifier
  /** DER AlgorithmIdentifiers. */
  readonly digestAlgorithm: Buffer
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  readonly signed: Attributes
  /** What was hashed and signed: the signed attributes as a SET OF. */
  readonly signedBytes: Buffer
  /** Are they sorted, as DER has it? */
  readonly isInOrder: boolean
  readonly unsigned: Attributes
}

/** A SignedData of one signer. Buffers are views into what was read. */
export interface SignedContent {
  /** eContentType, dotted. */
  readonly contentType: string
  /** Undefined when it is detached. */
  readonly content?: Buffer
  /** DER certificates; other kinds are left out. */
  readonly certificates: readonly Buffer[]
  /** DER CertificateLists. */
  readonly crls: readonly Buffer[]
  readonly signer: SignerInfo
}

const MAX_BYTES = 16 * 1024 * 1024
const MOST_CERTIFICATES = 100

/** Strict: DER throughout, exactly one SignerInfo, signed attributes are there. Throws `Malformed`. */
export function readSignedData(bytes: Uint8Array): SignedContent {
  const reader = inside(signedDataOf(bytes))
  const version = smallInteger(reader.next(TAG.integer))
  if (version < 1 || version > 5) throw new Malformed('CMS: a version that there is not')
  const hashes = childrenOf(reader.next(TAG.set), TAG.sequence)
  const { contentType, content } = encapsulated(reader.next(TAG.sequence))
  const certificates = reader.optional(constructed(0))
  const crls = reader.optional(constructed(1))
  const signers = childrenOf(reader.next(TAG.set), TAG.sequence)
  reader.end()
  const [signer, ...others] = signers
  if (signer === undefined || others.length > 0) {
    throw new Malformed(`CMS: ${signers.length} signers instead of one`)
  }
  const info = readSigner(signer)
  const own = algorithmOf(only(info.digestAlgorithm, TAG.sequence))
  if (!hashes.some((hash) => algorithmOf(hash) === own)) {
    throw new Malformed('CMS: the hash of its signer is not among its hashes')
  }
  return {
    contentType,
    content,
    certificates: sequencesIn(certificates),
    crls: sequencesIn(crls),
    signer: info,
  }
}

const algorithmOf = (identifier: Element) => oidOf(inside(identifier).next(TAG.oid))

/** Certificates of a SignedData that carries nothing else (RFC 5652 section 5, as EST sends it): no signer,
 *  no content. Throws `Malformed`. */
export function readCertificateBag(bytes: Uint8Array): readonly Buffer[] {
  const reader = inside(signedDataOf(bytes))
  reader.next(TAG.integer)
  reader.next(TAG.set)
  reader.next(TAG.sequence)
  return sequencesIn(reader.optional(constructed(0)))
}

function signedDataOf(bytes: Uint8Array): Element {
  if (bytes.length > MAX_BYTES) throw new Malformed('CMS: too long')
  const info = inside(only(bytes, TAG.sequence))
  if (oidOf(info.next(TAG.oid)) !== OID.signedData) throw new Malformed('CMS: not a SignedData')
  const body = unwrapped(info.next(constructed(0)), TAG.sequence)
  info.end()
  return body
}

function encapsulated(element: Element) {
  const reader = inside(element)
  const contentType = oidOf(reader.next(TAG.oid))
  const content = reader.optional(constructed(0))
  reader.end()
  return { contentType, content: content && unwrapped(content, TAG.octetString).content }
}

/** Certificates and CRLs proper are SEQUENCEs; the other choices have identifiers of their own. */
function sequencesIn(set: Element | undefined): readonly Buffer[] {
  if (set === undefined) return []
  const elements = childrenOf(set)
  if (elements.length > MOST_CERTIFICATES) throw new Malformed('CMS: too many certificates')
  return elements.filter(({ tag }) => tag === TAG.sequence).map((element) => element.bytes)
}

function readSigner(element: Element): SignerInfo {
  const reader = inside(element)
  const version = smallInteger(reader.next(TAG.integer))
  const identifier = readIdentifier(reader.next())
  if (version !== (identifier.kind === 'issuer_and_serial' ? 1 : 3)) {
    throw new Malformed('CMS: the version does not fit the kind of signer')
  }
  const digestAlgorithm = reader.next(TAG.sequence).bytes
  const signedSet = reader.optional(constructed(0))
  if (signedSet === undefined) throw new Malformed('CMS: there are no signed attributes')
  const signatureAlgorithm = reader.next(TAG.sequence).bytes
  const signature = reader.next(TAG.octetString).content
  const unsigned = readUnsignedAttributes(reader.optional(constructed(1)))
  reader.end()
  return {
    identifier,
    digestAlgorithm,
    signatureAlgorithm,
    signature,
    signed: readSignedAttributes(signedSet),
    signedBytes: as(signedSet, TAG.set).bytes,
    isInOrder: isInOrder(signedSet),
    unsigned,
  }
}

function readIdentifier(element: Element): SignerIdentifier {
  if (element.tag === primitive(0)) {
    return { kind: 'key_identifier', keyIdentifier: element.content }
  }
  if (element.tag !== TAG.sequence) throw new Malformed('CMS: nobody knows who signed')
  const reader = inside(element)
  const issuer = reader.next(TAG.sequence).bytes
  const serialNumber = integerOctets(reader.next(TAG.integer))
  reader.end()
  return { kind: 'issuer_and_serial', issuer, serialNumber }
}

/** A PDF's /Contents: one DER element and then zeros alone (ISO 32000-2 section 12.8.3.3). Throws `Malformed`. */
export function withoutPadding(contents: Uint8Array): Buffer {
  const { bytes } = cursor(contents).next(TAG.sequence)
  if (
    view(contents)
      .subarray(bytes.length)
      .some((octet) => octet !== 0)
  ) {
    throw new Malformed('CMS: something other than zeros follows the signature')
  }
  return bytes
}
