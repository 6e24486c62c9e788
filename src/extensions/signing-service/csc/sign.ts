import { createHash } from 'node:crypto'
import { z } from 'zod'
import { UpstreamUnavailable } from '../../../errors.ts'
import type { SigningCredential } from '../../../ports/signing-credential-store.ts'
import { signedAttributes, signedData } from '../../../signing/cms/signed-data.ts'
import type { NotSigned, SamAnswer } from '../../../signing/sam.ts'
import { KEY_ALGORITHMS, saysNoHash, SHA256 } from './algorithms.ts'
import type { credentialCalls } from './credentials.ts'
import { cscError, invalid, isCscError, type CscError } from './errors.ts'
import { activatedIn, type ActivatedCredential, type CscNeeds, type Person } from './needs.ts'

const Common = {
  SAD: z.string().max(8192).optional(),
  operationMode: z.enum(['S', 'A']).default('S'),
  validity_period: z.number().int().min(1).max(3_600_000).optional(),
  clientData: z.string().max(2048).optional(),
}
const Hashes = z.array(z.string().max(128)).min(1).max(50)
const Oid = z.string().max(64)

export const SignHashRequest = z.object({
  ...Common,
  credentialID: z.string().min(1).max(128),
  hashes: Hashes,
  hashAlgorithmOID: Oid.optional(),
  signAlgo: Oid,
  signAlgoParams: z.string().max(1024).optional(),
})

/** B-LT and B-LTA are made in the document, which only its owner has here. */
const Level = z
  .string()
  .regex(/^AdES-B(-B|-T)?$/i)
  .default('AdES-B-B')

export const SignDocRequest = z.object({
  ...Common,
  credentialID: z.string().min(1).max(128).optional(),
  signatureQualifier: z.string().max(128).optional(),
  documents: z.array(z.unknown()).max(50).optional(),
  documentDigests: z
    .array(
      z.object({
        hashes: Hashes,
        hashAlgorithmOID: Oid.default(SHA256),
        signature_format: z.string().max(1),
        conformance_level: Level,
        signAlgo: Oid,
        signAlgoParams: z.string().max(1024).optional(),
        signed_envelope_property: z.enum(['Certification', 'Revision']).optional(),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
  returnValidationInfo: z.boolean().default(false),
})
type Digests = NonNullable<z.infer<typeof SignDocRequest>['documentDigests']>

interface Key extends ActivatedCredential {
  readonly credential: SigningCredential
}

/** Sections 11.10 and 11.11. All signatures of a call or an error: what was signed before it is spent. */
export function signCalls(
  { ports, sam, timestamps }: CscNeeds,
  { own }: Pick<ReturnType<typeof credentialCalls>, 'own'>,
) {
  const { clock, events } = ports

  /** `token`: as it was shown; a SAD can be nothing else. */
  async function keyFor(
    person: Person,
    asked: { readonly credentialID?: string; readonly SAD?: string },
    token: string,
  ): Promise<Key | CscError> {
    const granted = activatedIn(person)
    if (granted === undefined)
      return cscError('insufficient_scope', 'The access token authorizes no credential')
    if (asked.SAD !== undefined && asked.SAD !== token) return invalid('Invalid parameter SAD')
    const { credentialId } = granted
    if (asked.credentialID !== undefined && asked.credentialID !== credentialId)
      return invalid('Invalid parameter credentialID')
    const credential = await own(person, credentialId)
    return credential === undefined
      ? invalid('Invalid parameter credentialID')
      : { ...granted, credential }
  }

  async function signHash(person: Person, asked: z.infer<typeof SignHashRequest>, key: Key) {
    const fault = algorithmFault(asked, key)
    if (fault) return fault
    const digests = digestsIn(asked.hashes)
    if (isCscError(digests)) return digests
    const signatures: string[] = []
    for (const digest of digests) {
      const answer = await sam.signDigest(key.activationId, digest, person)
      if (answer.kind === 'refused') return REFUSED[answer.why]
      signatures.push(Buffer.from(answer.signature).toString('base64'))
    }
    await told('hashes.signed', person, key, signatures.length)
    return { signatures }
  }

  async function signDoc(person: Person, asked: z.infer<typeof SignDocRequest>, key: Key) {
    if (asked.documents !== undefined)
      return invalid('Invalid parameter documents: send documentDigests, or use the hosted flow')
    if (asked.returnValidationInfo) return invalid('Invalid parameter returnValidationInfo')
    if (asked.documentDigests === undefined)
      return invalid('Missing (or invalid type) array parameter documentDigests')
    const fault = digestsFault(asked.documentDigests, key)
    if (fault) return fault
    const made: string[] = []
    for (const { hashes, conformance_level: level } of asked.documentDigests) {
      const digests = digestsIn(hashes)
      if (isCscError(digests)) return digests
      for (const digest of digests) {
        const cms = await signedDigest(person, key, digest, /-T$/i.test(level))
        if (isCscError(cms)) return cms
        made.push(Buffer.from(cms).toString('base64'))
      }
    }
    await told('documents.signed', person, key, made.length)
    return { SignatureObject: made }
  }

  /** A CMS signature for the /Contents of a PDF whose /ByteRange has this hash (PAdES). */
  async function signedDigest(person: Person, key: Key, value: Buffer, isStamped: boolean) {
    const { alg, certificateChain: certificates } = key.credential
    const [certificate = Buffer.alloc(0)] = certificates
    const digestAlgorithm = 'SHA-256' as const
    const attributes = signedAttributes({ algorithm: digestAlgorithm, value }, certificate)
    const answer: SamAnswer = await sam.sign(key.activationId, attributes, person)
    if (answer.kind === 'refused') return REFUSED[answer.why]
    const { signature } = answer
    const timestampToken = isStamped ? await stamped(signature) : undefined
    return signedData({ alg, digestAlgorithm, attributes, signature, certificates, timestampToken })
  }

  const stamped = (signature: Uint8Array) =>
    timestamps.stamp({
      algorithm: 'SHA-256',
      value: createHash('sha256').update(signature).digest(),
    })

  async function told(
    type: 'hashes.signed' | 'documents.signed',
    { clientId, subjectId }: Person,
    { credentialId, activationId }: Key,
    count: number,
  ) {
    const detail = { count, credential: credentialId, activation: activationId }
    await events.record({ type, at: clock.now(), clientId, subjectId, detail })
  }

  return { keyFor, signHash, signDoc }
}

const REFUSED: Readonly<Record<NotSigned, CscError>> = {
  unknown: cscError('access_denied', 'The authorization is not known'),
  not_yours: cscError('access_denied', 'The authorization is for somebody else'),
  expired: cscError('access_denied', 'The authorization has expired'),
  not_agreed: invalid('Hash is not authorized by the SAD'),
  spent: invalid('Hash is not authorized by the SAD: it was signed already'),
  no_credential: cscError('access_denied', 'The credential is revoked or has expired'),
  no_digests: invalid('Invalid parameter credentialID: this key signs no finished hashes'),
}

/** Who keeps keys or stamps is away: the caller may come again, with a new authorization. */
export function outage(error: unknown): CscError {
  return error instanceof UpstreamUnavailable
    ? cscError('temporarily_unavailable', 'The keys or the time stamps are away')
    : cscError('server_error', 'Something went wrong here')
}

function algorithmFault(
  asked: { readonly signAlgo: string; readonly hashAlgorithmOID?: string },
  { credential }: Key,
): CscError | undefined {
  const { signAlgo, hashAlgorithmOID } = asked
  if (!KEY_ALGORITHMS[credential.alg].includes(signAlgo))
    return invalid('Invalid parameter signAlgo')
  if (hashAlgorithmOID === undefined && saysNoHash(signAlgo))
    return invalid('Missing (or invalid type) string parameter hashAlgorithmOID')
  return hashAlgorithmOID === undefined || hashAlgorithmOID === SHA256
    ? undefined
    : invalid('Invalid parameter hashAlgorithmOID')
}

function digestsFault(digests: Digests, key: Key): CscError | undefined {
  for (const one of digests) {
    if (one.signature_format !== 'P') return invalid('Invalid parameter signature_format')
    const fault = algorithmFault(one, key)
    if (fault) return fault
  }
  return undefined
}

function digestsIn(hashes: readonly string[]): readonly Buffer[] | CscError {
  const digests = hashes.map((hash) => Buffer.from(hash, 'base64'))
  const isBase64 = digests.every((one, index) => one.toString('base64') === hashes[index])
  if (!isBase64) return invalid('Invalid Base64 hashes string parameter')
  return digests.every(({ length }) => length === 32)
    ? digests
    : invalid('Invalid digest value length')
}
