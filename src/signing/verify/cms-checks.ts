import { createHash } from 'node:crypto'
import { checkSigner, type SignerFault } from '../cms/check-signer.ts'
import { readSignedData, type SignedContent } from '../cms/read-signed-data.ts'
import { Malformed } from '../der/malformed.ts'
import { timeOf } from '../der/read.ts'
import type { Certificate } from '../x509/certificate.ts'
import { OID } from '../x509/oids.ts'
import { nodeHash, type HashName } from '../x509/signature.ts'
import { expected, failed, passed, skipped, warned, type Check, type CheckName } from './check.ts'
import type { SubIndication } from './indication.ts'

/** What the CMS structure of a signature says and whether it holds. */
export interface CmsFindings {
  readonly checks: readonly Check[]
  readonly signed?: SignedContent
  readonly certificate?: Certificate
  /** Milliseconds since the epoch, as the signer claims. */
  readonly claimedTime?: number
  readonly hash?: HashName
}

/** Digest of the bytes in the byte range. */
export const digestOver =
  (parts: readonly Buffer[]) =>
  (hash: HashName): Buffer => {
    const digest = createHash(nodeHash(hash))
    for (const part of parts) digest.update(part)
    return digest.digest()
  }

export interface CmsQuestion {
  /** DER ContentInfo. */
  readonly contents: Buffer
  readonly digestOf: (hash: HashName) => Buffer
  /** DER certificates from elsewhere in the document. */
  readonly others: readonly Uint8Array[]
  /** Of a kind that is older than PAdES: what our strict reader refuses may be right by its own rules. */
  readonly isOld: boolean
}

export function cmsChecks({ contents, digestOf, others, isOld }: CmsQuestion): CmsFindings {
  try {
    const signed = readSignedData(contents)
    return { ...checked(signed, digestOf, others), signed }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { checks: [failed('cms', error.message, isOld ? 'SIG_CONSTRAINTS_FAILURE' : undefined)] }
  }
}

function checked(
  signed: SignedContent,
  digestOf: (hash: HashName) => Buffer,
  others: readonly Uint8Array[],
): CmsFindings {
  const { fault, certificate, reference, hash } = checkSigner(signed, digestOf, others)
  const isDetached = signed.contentType === OID.data && signed.content === undefined
  const checks = [
    passed('cms'),
    expected('content-type', isDetached, 'the signature brings content of its own'),
    ...faultChecks(fault),
    certificate === undefined
      ? failed('signing-certificate', 'the signature does not bring its certificate')
      : passed('signing-certificate'),
    referenceCheck(reference),
    expected(
      'signed-attributes',
      signed.signer.isInOrder,
      'the signed attributes are not in DER order',
    ),
    baselineCheck(signed),
    policyCheck(signed),
  ]
  return { checks, certificate, hash, claimedTime: claimedTimeOf(signed) }
}

/** What each fault says, in the order in which they are looked for: all that comes before it holds. */
const FAULTS: Readonly<Record<SignerFault, readonly [CheckName, string, SubIndication?]>> = {
  digest_algorithm_unknown: ['algorithms', 'the hash algorithm is not known or not allowed'],
  content_type_mismatch: [
    'content-type',
    'the signed content type is another one',
    'SIG_CONSTRAINTS_FAILURE',
  ],
  digest_missing: ['message-digest', 'there is no message digest among the signed attributes'],
  digest_mismatch: [
    'message-digest',
    'the document was changed, or the signature belongs to another one',
  ],
  certificate_missing: ['signing-certificate', 'the signature does not bring its certificate'],
  certificate_mismatch: [
    'certificate-reference',
    'the signature names another certificate',
    'NO_SIGNING_CERTIFICATE_FOUND',
  ],
  signature_invalid: ['signature-value', 'the signature value does not fit the signed attributes'],
  algorithm_unsupported: ['algorithms', 'the signature algorithm is not known or not allowed'],
  weak_algorithm: ['algorithms', 'SHA-1 or a key that is too short'],
}

const STAGES: readonly CheckName[] = ['message-digest', 'signature-value', 'algorithms']

export function faultChecks(fault: SignerFault | undefined): readonly Check[] {
  if (fault === undefined) return STAGES.map((name) => passed(name))
  const [name, detail, subIndication] = FAULTS[fault]
  const holds = {
    weak_algorithm: 2,
    signature_invalid: 1,
    certificate_mismatch: 1,
    certificate_missing: 1,
  }
  const before = STAGES.slice(0, fault in holds ? holds[fault as keyof typeof holds] : 0)
  const rest = STAGES.filter((stage) => !before.includes(stage) && stage !== name)
  return [
    ...before.map((stage) => passed(stage)),
    failed(name, detail, subIndication),
    ...rest.map((stage) => skipped(stage, 'an earlier check failed')),
  ]
}

const REFERENCES = {
  v2: passed('certificate-reference'),
  v1: failed(
    'certificate-reference',
    'it is named by SHA-1 alone (ESS version 1)',
    'CRYPTO_CONSTRAINTS_FAILURE',
  ),
  none: failed(
    'certificate-reference',
    'the signature does not name its certificate: another one may be put in its place',
  ),
  mismatch: failed(
    'certificate-reference',
    'the signature names another certificate',
    'NO_SIGNING_CERTIFICATE_FOUND',
  ),
} as const

const referenceCheck = (reference: keyof typeof REFERENCES): Check => REFERENCES[reference]

/** ETSI EN 319 142-1 section 6.3: /M of the dictionary says when, and signing-time must not be there. */
function baselineCheck({ signer }: SignedContent): Check {
  return signer.signed.has(OID.signingTime)
    ? warned(
        'profile-rules',
        'signing-time is among the signed attributes: no PAdES baseline signature',
      )
    : passed('profile-rules')
}

/** id-aa-ets-sigPolicyId (ETSI EN 319 122-1 section 5.2.9.1). We validate by one policy, which is our own. */
const POLICY = '1.2.840.113549.1.9.16.2.15'

function policyCheck({ signer }: SignedContent): Check {
  return signer.signed.has(POLICY)
    ? warned('signature-policy', 'the signer names a signature policy, which is not looked at')
    : passed('signature-policy')
}

function claimedTimeOf({ signer }: SignedContent): number | undefined {
  const [value] = signer.signed.get(OID.signingTime) ?? []
  return value && timeOf(value)
}
