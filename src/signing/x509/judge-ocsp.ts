import { Malformed } from '../der/malformed.ts'
import { issuedBy, publicKeyOf, readableCertificate, type Certificate } from './certificate.ts'
import { extendedKeyUsageOf, hasExtension, keyUsageOf } from './certificate-extensions.ts'
import { judgeCrl, readCrl, type RevocationQuestion } from './crl.ts'
import { unknownCritical } from './extensions.ts'
import { isSameName } from './name.ts'
import { isAbout, isKeyHashOf, type OcspResponse, type OcspSingle } from './ocsp.ts'
import { OID } from './oids.ts'
import { freshnessFault, reasonOf, unusable, type RevocationAnswer } from './revocation.ts'
import { checkSignature } from './signature.ts'

const KNOWN: ReadonlySet<string> = new Set([OID.ocspNonce])
const KNOWN_OF_RESPONDERS: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.extKeyUsage,
  OID.basicConstraints,
  OID.ocspNoCheck,
  OID.certificatePolicies,
  OID.subjectAltName,
])
const NONE: ReadonlySet<string> = new Set()

export interface OcspQuestion extends RevocationQuestion {
  /** What was sent; an answer without one is taken all the same (RFC 5019: responders answer from a store),
   *  an answer with another is not. */
  readonly nonce?: Uint8Array
  /** DER certificates that may be the responder's, and CRLs by which one without nocheck may be checked. */
  readonly certificates?: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
}

/** What a response says, when it was signed by the issuer or by whom the issuer has named for it (RFC 6960
 *  section 4.2.2.2), and covers the moment. Throws `Malformed`. */
export function judgeOcsp(response: OcspResponse, question: OcspQuestion): RevocationAnswer {
  const { certificate, issuer, nonce } = question
  const single = singleAbout(response, certificate, issuer)
  if (single === undefined) return unusable('other_certificate')
  const responder = responderOf(response, question)
  if (responder === undefined) return unusable('responder_unauthorised')
  const verdict = checkSignature({
    algorithm: response.signatureAlgorithm,
    key: publicKeyOf(responder),
    data: response.tbs,
    signature: response.signature,
  })
  if (verdict !== 'valid') return unusable('signature_invalid')
  const unknown = unknownCritical(response.extensions, KNOWN).concat(
    unknownCritical(single.extensions, NONE),
  )
  if (unknown.length > 0) return unusable('extension_unknown')
  if (nonce !== undefined && response.nonce !== undefined && !response.nonce.equals(nonce)) {
    return unusable('nonce_mismatch')
  }
  const fault = freshnessFault(single, certificate, question)
  if (fault !== undefined) return unusable(fault)
  return answerOf(single, responder === issuer ? [] : [responder.der])
}

/** Of several about the same certificate, the newest. */
function singleAbout(
  { singles }: OcspResponse,
  certificate: Certificate,
  issuer: Certificate,
): OcspSingle | undefined {
  return singles
    .filter((single) => isAbout(single, certificate, issuer))
    .toSorted((one, other) => other.thisUpdate - one.thisUpdate)[0]
}

function answerOf(
  { status, revokedAt, reasonCode, thisUpdate, nextUpdate }: OcspSingle,
  certificates: readonly Buffer[],
): RevocationAnswer {
  const common = { kind: 'answer', status, thisUpdate, nextUpdate, certificates } as const
  return status === 'revoked' ? { ...common, revokedAt, reason: reasonOf(reasonCode) } : common
}

function responderOf(response: OcspResponse, question: OcspQuestion): Certificate | undefined {
  const { issuer, certificates = [] } = question
  if (isNamed(response, issuer)) return issuer
  for (const der of [...response.certificates, ...certificates]) {
    const candidate = readableCertificate(der)
    const isMeant = candidate !== undefined && isNamed(response, candidate)
    if (isMeant && isAuthorised(candidate, response, question)) return candidate
  }
  return undefined
}

function isNamed({ responder }: OcspResponse, candidate: Certificate): boolean {
  return responder.kind === 'name'
    ? isSameName(responder.name, candidate.subject)
    : isKeyHashOf(responder.keyHash, candidate)
}

/** Issued directly by the certificate's issuer, for signing OCSP, valid then, and not itself revoked. */
function isAuthorised(
  candidate: Certificate,
  { producedAt }: OcspResponse,
  { issuer, crls = [], at }: OcspQuestion,
): boolean {
  const { notBefore, notAfter, extensions } = candidate
  if (!(extendedKeyUsageOf(candidate) ?? []).includes(OID.ocspSigning)) return false
  if (keyUsageOf(candidate)?.has('digitalSignature') === false) return false
  if (producedAt < notBefore || producedAt > notAfter) return false
  if (unknownCritical(extensions, KNOWN_OF_RESPONDERS).length > 0) return false
  if (!isSameName(candidate.issuer, issuer.subject)) return false
  if (issuedBy(candidate, issuer) !== 'valid') return false
  if (hasExtension(candidate, OID.ocspNoCheck)) return true
  const question = { certificate: candidate, issuer, at: Math.min(at, producedAt) }
  return crls.some((der) => isGoodBy(der, question))
}

function isGoodBy(der: Uint8Array, question: RevocationQuestion): boolean {
  try {
    const answer = judgeCrl(readCrl(der), question)
    return answer.kind === 'answer' && answer.status === 'good'
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}
