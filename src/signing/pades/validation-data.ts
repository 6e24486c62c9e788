import type { ValidationData } from '../../ports/pdf-writer.ts'
import type { RevocationChecker, RevocationStatus } from '../../ports/revocation-checker.ts'
import { refuse } from '../pdf/refused.ts'
import {
  authorityKeyIdentifierOf,
  hasExtension,
  subjectKeyIdentifierOf,
} from '../x509/certificate-extensions.ts'
import { isSelfIssued, readCertificate, type Certificate } from '../x509/certificate.ts'
import { isSameName } from '../x509/name.ts'
import { OID } from '../x509/oids.ts'

export interface ValidationQuery {
  /** Signers, time stamp authorities: each one's path is gone up. */
  readonly leaves: readonly Uint8Array[]
  /** Certificates among which issuers are found. */
  readonly pool: readonly Uint8Array[]
  /** Trusted as they are: not asked about, as are self-signed ones. */
  readonly anchors: readonly Uint8Array[]
}

interface Gathering {
  readonly revocation: RevocationChecker
  readonly pool: Certificate[]
  readonly anchors: readonly Certificate[]
  /** By their DER. */
  readonly certificates: Map<string, Uint8Array>
  readonly answers: Map<string, RevocationStatus>
}

/** Authorities are no deeper than this, responders of responders included. */
const MOST_ROUNDS = 8
const MOST_CERTIFICATES = 64

/** Asks about every certificate on the paths but the anchors, and about the responders' where they do not say
 *  that one need not. Throws `PdfRefused` when one is revoked, or when nobody can be asked about it, and
 *  `UpstreamUnavailable`. */
export async function gatherValidationData(
  revocation: RevocationChecker,
  { leaves, pool, anchors }: ValidationQuery,
): Promise<ValidationData> {
  const gathering: Gathering = {
    revocation,
    pool: [...leaves, ...pool, ...anchors].map(readCertificate),
    anchors: anchors.map(readCertificate),
    certificates: new Map(),
    answers: new Map(),
  }
  let round = leaves.map(readCertificate)
  for (let depth = 0; round.length > 0; depth++) {
    const isTooMuch = depth >= MOST_ROUNDS || gathering.certificates.size > MOST_CERTIFICATES
    if (isTooMuch) refuse('certificate_status_unknown', 'the path is too long')
    round = (await Promise.all(round.map((one) => visit(gathering, one)))).flat()
  }
  const answers = [...gathering.answers.values()]
  const of = (source: RevocationStatus['source']) =>
    answers.filter((one) => one.source === source).map(({ der }) => der)
  return { certificates: [...gathering.certificates.values()], ocsps: of('ocsp'), crls: of('crl') }
}

const keyOf = (der: Uint8Array) => Buffer.from(der).toString('base64')

/** Keeps the certificate and what is said about it; returns those that must be visited next. */
async function visit(
  gathering: Gathering,
  certificate: Certificate,
): Promise<readonly Certificate[]> {
  const key = certificate.der.toString('base64')
  if (gathering.certificates.has(key)) return []
  gathering.certificates.set(key, certificate.der)
  if (isSelfIssued(certificate) || gathering.anchors.some(({ der }) => der.equals(certificate.der)))
    return []
  const issuer = gathering.pool.find((one) => mayHaveIssued(one, certificate))
  if (issuer === undefined) return refuse('certificate_status_unknown', 'its issuer is not known')
  const status = await gathering.revocation.check(certificate.der, issuer.der)
  if (status.status === 'revoked') refuse('certificate_revoked')
  if (status.status === 'unknown') refuse('certificate_status_unknown')
  gathering.answers.set(keyOf(status.der), status)
  const responders = status.certificates.map(readCertificate)
  gathering.pool.push(...responders)
  for (const one of responders)
    if (hasExtension(one, OID.ocspNoCheck)) gathering.certificates.set(keyOf(one.der), one.der)
  return [issuer, ...responders.filter((one) => !hasExtension(one, OID.ocspNoCheck))]
}

/** By name and, where both say it, by key (RFC 5280 section 4.2.1.1): an authority may have had several. */
function mayHaveIssued(issuer: Certificate, certificate: Certificate): boolean {
  if (!isSameName(issuer.subject, certificate.issuer)) return false
  const wanted = authorityKeyIdentifierOf(certificate)
  const own = subjectKeyIdentifierOf(issuer)
  return wanted === undefined || own === undefined || wanted.equals(own)
}
