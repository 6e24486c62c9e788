import { purposeFault, type Purpose, type PurposeFault } from './certificate-purpose.ts'
import { Malformed } from './der/malformed.ts'
import {
  authorityKeyIdentifierOf,
  basicConstraintsOf,
  hasExtension,
  keyUsageOf,
  policiesOf,
  subjectKeyIdentifierOf,
} from './x509/certificate-extensions.ts'
import {
  isSelfIssued,
  issuedBy,
  readableCertificate,
  type Certificate,
} from './x509/certificate.ts'
import { unknownCritical } from './x509/extensions.ts'
import { isSameName } from './x509/name.ts'
import { OID } from './x509/oids.ts'

export type PathFault =
  | PurposeFault
  | 'malformed'
  /** No way leads from the certificate to an anchor. */
  | 'issuer_unknown'
  | 'signature_invalid'
  | 'weak_algorithm'
  | 'algorithm_unsupported'
  | 'not_yet_valid'
  | 'expired'
  | 'not_an_authority'
  | 'path_too_long'
  | 'name_constraints'
  | 'extension_unknown'
  | 'policy'

export interface PathQuery {
  /** DER. */
  readonly certificate: Uint8Array
  /** DER certificates from anywhere: a signature, a DSS. Nothing in them is believed. */
  readonly pool: readonly Uint8Array[]
  /** DER certificates that are trusted as they are (RFC 5280 section 6.1.1 d: name and key). */
  readonly anchors: readonly Uint8Array[]
  /** Milliseconds since the epoch: when all of them must be valid. */
  readonly at: number
  readonly purpose: Purpose
  /** Dotted: the certificate must name one of these. */
  readonly policies?: readonly string[]
}

export type PathResult =
  /** The certificate first, the anchor last. */
  | { readonly kind: 'path'; readonly path: readonly Certificate[] }
  /** Of several ways, the one that led farthest, and the certificate at which it ended. */
  | { readonly kind: 'refused'; readonly fault: PathFault; readonly certificate?: Certificate }

/** Longer paths are not of our world, and whoever sends a thousand cross certificates wants our time. */
const MOST_CERTIFICATES = 8
const MOST_CHECKS = 100

type Refusal = Extract<PathResult, { kind: 'refused' }>

interface Search {
  readonly query: PathQuery
  readonly pool: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  checks: number
  refusal?: Refusal & { readonly depth: number }
}

/** Builds a path to an anchor and validates it (RFC 5280 section 6.1, without policy trees and name constraints:
 *  what is critical and not understood refuses). Revocation is asked separately. Never throws for what is in the
 *  certificates. */
export function certificatePath(query: PathQuery): PathResult {
  const certificate = readableCertificate(query.certificate)
  if (certificate === undefined) return { kind: 'refused', fault: 'malformed' }
  const search: Search = {
    query,
    pool: query.pool.flatMap((der) => readableCertificate(der) ?? []),
    anchors: query.anchors.flatMap((der) => readableCertificate(der) ?? []),
    checks: 0,
  }
  try {
    const path = extended(search, [certificate])
    if (path !== undefined) return { kind: 'path', path }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { kind: 'refused', fault: 'malformed', certificate }
  }
  const { fault, certificate: last } = search.refusal ?? { fault: 'issuer_unknown', certificate }
  return { kind: 'refused', fault, certificate: last }
}

/** Does a path lead from a certificate to one of these anchors? For adapters that know no paths. */
export function trustedBy(anchors: readonly Uint8Array[], purpose: Purpose) {
  return (certificate: Uint8Array, pool: readonly Uint8Array[], at: number): boolean =>
    certificatePath({ certificate, pool, anchors, at, purpose }).kind === 'path'
}

/** The first valid path that begins so; undefined when there is none. */
function extended(
  search: Search,
  path: readonly Certificate[],
): readonly Certificate[] | undefined {
  const last = path.at(-1)
  if (last === undefined) return undefined
  if (search.anchors.some((anchor) => anchor.der.equals(last.der))) {
    return isValid(search, path) ? path : undefined
  }
  const anchors = issuersOf(last, search.anchors)
  const others = path.length < MOST_CERTIFICATES ? issuersOf(last, search.pool) : []
  let isKnown = false
  for (const issuer of [...anchors, ...others]) {
    if (path.some(({ der }) => der.equals(issuer.der))) continue
    isKnown = true
    if (search.checks >= MOST_CHECKS) return undefined
    search.checks += 1
    if (!isIssuer(search, last, issuer, path.length)) continue
    const found = extended(search, [...path, issuer])
    if (found !== undefined) return found
  }
  if (!isKnown) refuse(search, 'issuer_unknown', last, path.length)
  return undefined
}

/** By name; those whose key identifier fits come first (RFC 5280 section 4.2.1.1: it is a hint). */
function issuersOf(
  certificate: Certificate,
  candidates: readonly Certificate[],
): readonly Certificate[] {
  const wanted = authorityKeyIdentifierOf(certificate)
  const fits = (candidate: Certificate) =>
    wanted !== undefined && subjectKeyIdentifierOf(candidate)?.equals(wanted) === true ? 0 : 1
  return candidates
    .filter(({ subject }) => isSameName(subject, certificate.issuer))
    .toSorted((one, other) => fits(one) - fits(other))
}

const SIGNATURE_FAULTS = {
  invalid: 'signature_invalid',
  weak: 'weak_algorithm',
  unsupported: 'algorithm_unsupported',
} as const

function isIssuer(search: Search, certificate: Certificate, issuer: Certificate, depth: number) {
  const verdict = issuedBy(certificate, issuer)
  if (verdict === 'valid') return true
  refuse(search, SIGNATURE_FAULTS[verdict], certificate, depth)
  return false
}

function refuse(search: Search, fault: PathFault, certificate: Certificate, depth: number): void {
  // Of two as long, the first: candidates come in the order of their likelihood.
  if (search.refusal !== undefined && search.refusal.depth >= depth) return
  search.refusal = { kind: 'refused', fault, certificate, depth }
}

/** From the certificate up to the anchor. */
function isValid(search: Search, path: readonly Certificate[]): boolean {
  let authorities = 0
  for (const [index, certificate] of path.entries()) {
    const isAnchor = index > 0 && index === path.length - 1
    const fault =
      (isAnchor ? anchorFault(certificate) : ownFault(certificate, search.query.at)) ??
      (index === 0 ? targetFault(certificate, search.query) : issuerFault(certificate, authorities))
    if (fault !== undefined) {
      refuse(search, fault, certificate, MOST_CERTIFICATES + 1)
      return false
    }
    if (index > 0 && !isSelfIssued(certificate)) authorities += 1
  }
  return true
}

/** Extensions that are understood here, or that say nothing about the path. */
const KNOWN: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.basicConstraints,
  OID.extKeyUsage,
  OID.certificatePolicies,
  OID.subjectAltName,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.crlDistributionPoints,
  OID.authorityInfoAccess,
  OID.qcStatements,
])

/** An anchor is believed, whatever its dates; constraints that it puts on itself are not passed over. */
function anchorFault(certificate: Certificate): PathFault | undefined {
  return hasExtension(certificate, OID.nameConstraints) ? 'name_constraints' : undefined
}

function ownFault(certificate: Certificate, at: number): PathFault | undefined {
  if (at < certificate.notBefore) return 'not_yet_valid'
  // notAfter is the last second that is included.
  if (at >= certificate.notAfter + 1000) return 'expired'
  if (hasExtension(certificate, OID.nameConstraints)) return 'name_constraints'
  return unknownCritical(certificate.extensions, KNOWN).length > 0 ? 'extension_unknown' : undefined
}

function targetFault(
  certificate: Certificate,
  { purpose, policies }: PathQuery,
): PathFault | undefined {
  const own = policiesOf(certificate)
  if (policies !== undefined && !policies.some((policy) => own.includes(policy))) return 'policy'
  return purposeFault(certificate, purpose)
}

/** `below`: how many authorities stand between it and the last certificate. */
function issuerFault(certificate: Certificate, below: number): PathFault | undefined {
  const { isAuthority, pathLength } = basicConstraintsOf(certificate)
  if (!isAuthority) return 'not_an_authority'
  if (pathLength !== undefined && below > pathLength) return 'path_too_long'
  return keyUsageOf(certificate)?.has('keyCertSign') === false ? 'key_usage' : undefined
}
