import {
  bitsOf,
  booleanOf,
  childrenOf,
  inside,
  oidOf,
  only,
  smallInteger,
  unwrapped,
  type Element,
} from '../der/read.ts'
import { constructed, primitive, TAG } from '../der/tags.ts'
import type { Certificate } from './certificate.ts'
import { OID } from './oids.ts'

/** Bits of keyUsage (RFC 5280 section 4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 0,
  /** Also called contentCommitment. */
  nonRepudiation: 1,
  keyCertSign: 5,
  crlSign: 6,
} as const
export type KeyUsage = keyof typeof KEY_USAGE

const valueOf = ({ extensions }: Certificate, id: string, tag: number): Element | undefined => {
  const extension = extensions.get(id)
  return extension && only(extension.value, tag)
}

/** Undefined: the certificate does not say, so that any use is allowed. */
export function keyUsageOf(certificate: Certificate): ReadonlySet<KeyUsage> | undefined {
  const value = valueOf(certificate, OID.keyUsage, TAG.bitString)
  if (value === undefined) return undefined
  const has = bitsOf(value)
  const names = Object.keys(KEY_USAGE) as KeyUsage[]
  return new Set(names.filter((name) => has(KEY_USAGE[name])))
}

/** Object identifiers of extended key usage; undefined: it does not say. */
export function extendedKeyUsageOf(certificate: Certificate): readonly string[] | undefined {
  const value = valueOf(certificate, OID.extKeyUsage, TAG.sequence)
  return value && childrenOf(value, TAG.oid).map(oidOf)
}

export interface BasicConstraints {
  readonly isAuthority: boolean
  /** How many authorities may follow below. */
  readonly pathLength?: number
}

export function basicConstraintsOf(certificate: Certificate): BasicConstraints {
  const value = valueOf(certificate, OID.basicConstraints, TAG.sequence)
  if (value === undefined) return { isAuthority: false }
  const reader = inside(value)
  const flag = reader.optional(TAG.boolean)
  const length = reader.optional(TAG.integer)
  reader.end()
  return {
    isAuthority: flag !== undefined && booleanOf(flag),
    pathLength: length && smallInteger(length),
  }
}

export function subjectKeyIdentifierOf(certificate: Certificate): Buffer | undefined {
  return valueOf(certificate, OID.subjectKeyIdentifier, TAG.octetString)?.content
}

export function authorityKeyIdentifierOf(certificate: Certificate): Buffer | undefined {
  const value = valueOf(certificate, OID.authorityKeyIdentifier, TAG.sequence)
  return value && inside(value).optional(primitive(0))?.content
}

/** Object identifiers of the certificate policies. */
export function policiesOf(certificate: Certificate): readonly string[] {
  const value = valueOf(certificate, OID.certificatePolicies, TAG.sequence)
  if (value === undefined) return []
  return childrenOf(value, TAG.sequence).map((policy) => oidOf(inside(policy).next(TAG.oid)))
}

export const ocspUrlsOf = (certificate: Certificate) => accessUrls(certificate, OID.ocsp)
export const issuerUrlsOf = (certificate: Certificate) => accessUrls(certificate, OID.caIssuers)

function accessUrls(certificate: Certificate, method: string): readonly string[] {
  const value = valueOf(certificate, OID.authorityInfoAccess, TAG.sequence)
  if (value === undefined) return []
  return childrenOf(value, TAG.sequence).flatMap((description) => {
    const reader = inside(description)
    const isMeant = oidOf(reader.next(TAG.oid)) === method
    const location = reader.next()
    return isMeant && location.tag === URL_TAG ? [location.content.toString('latin1')] : []
  })
}

/** uniformResourceIdentifier of GeneralName (RFC 5280 section 4.2.1.6). */
const URL_TAG = primitive(6)

export function crlUrlsOf(certificate: Certificate): readonly string[] {
  const value = valueOf(certificate, OID.crlDistributionPoints, TAG.sequence)
  if (value === undefined) return []
  return childrenOf(value, TAG.sequence).flatMap((point) => {
    const name = inside(point).optional(constructed(0))
    return name === undefined ? [] : distributionUrls(name)
  })
}

/** Of a DistributionPointName; relative names are not ours. */
export function distributionUrls(point: Element): readonly string[] {
  const name = unwrapped(point)
  if (name.tag !== constructed(0)) return []
  return childrenOf(name).flatMap(({ tag, content }) =>
    tag === URL_TAG ? [content.toString('latin1')] : [],
  )
}

export const serialNumberHex = ({ serialNumber }: Certificate) => serialNumber.toString('hex')

export const hasExtension = ({ extensions }: Certificate, id: string) => extensions.has(id)
