import { createHash } from 'node:crypto'
import { z } from 'zod'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../ports/signer.ts'
import { Malformed } from '../der/malformed.ts'
import { publicKeyOf, readCertificate, type Certificate } from '../x509/certificate.ts'
import { SIGNATURE_IDENTIFIERS } from '../x509/algorithms.ts'
import { checkSignature } from '../x509/signature.ts'
import { base64url, signingInput } from './jades.ts'
import { derSignature } from './raw-signature.ts'

export type JadesFault =
  | 'payload_mismatch'
  | 'certificate_mismatch'
  | 'signature_invalid'
  | 'algorithm_unsupported'
  | 'weak_algorithm'

export interface JadesCheck {
  /** None: the signature holds. */
  readonly fault?: JadesFault
  readonly certificate: Certificate
  /** DER, the signer's first. */
  readonly certificates: readonly Buffer[]
  /** Claimed by the signer, milliseconds since the epoch. */
  readonly signedAt: number
  /** DER TimeStampTokens over `jadesTimestampInput`. */
  readonly timestampTokens: readonly Buffer[]
}

/** Strict: what is not in our profile is refused, `crit` above all (RFC 7515 section 4.1.11). */
const Header = z.strictObject({
  alg: z.enum(SIGNING_ALGORITHMS),
  cty: z.string().max(200).optional(),
  typ: z.string().max(200).optional(),
  kid: z.string().max(200).optional(),
  x5c: z.array(z.base64().max(90_000)).min(1).max(10),
  'x5t#S256': z.string().length(43),
  iat: z.number().int().min(0).max(1e11),
  b64: z.literal(false).optional(),
  crit: z.tuple([z.literal('b64')]).optional(),
})
type Header = z.infer<typeof Header>

const Flattened = z.strictObject({
  payload: z.string().optional(),
  protected: z.string(),
  header: z.strictObject({ etsiU: z.array(z.string()).max(10) }).optional(),
  signature: z.string(),
})
const Stamp = z.strictObject({
  sigTst: z.strictObject({ tstTokens: z.array(z.strictObject({ val: z.base64() })).max(10) }),
})

const LONGEST = 1024 * 1024

/** Checks a compact or flattened JAdES signature over this text. The certificate's path and state are not looked at.
 *  Throws `Malformed`. */
export function checkJades(jws: string, content: Uint8Array): JadesCheck {
  if (jws.length > LONGEST) throw new Malformed('JAdES: too long')
  const { header: encoded, payload, signature, stamps } = partsOf(jws)
  const header = parsed(Header, decoded(encoded).toString('utf8'))
  const isDetached = header.b64 === false
  if (isDetached !== (header.crit !== undefined)) throw new Malformed('JAdES: b64 must be critical')
  const certificates = header.x5c.map((one) => Buffer.from(one, 'base64'))
  const certificate = readCertificate(certificates[0] ?? Buffer.alloc(0))
  const check = {
    certificate,
    certificates,
    signedAt: header.iat * 1000,
    timestampTokens: stamps.flatMap(tokensOf),
  }
  const own = isDetached ? '' : base64url(content)
  // A detached one has its text beside it, and never a second one inside.
  if (payload !== own) return { ...check, fault: 'payload_mismatch' }
  const thumbprint = createHash('sha256').update(certificate.der).digest('base64url')
  if (thumbprint !== header['x5t#S256']) return { ...check, fault: 'certificate_mismatch' }
  const data = signingInput(encoded, isDetached ? content : Buffer.from(payload, 'ascii'))
  return { ...check, fault: signatureFault(header.alg, certificate, data, decoded(signature)) }
}

function signatureFault(
  alg: SigningAlgorithm,
  certificate: Certificate,
  data: Uint8Array,
  signature: Buffer,
): JadesFault | undefined {
  const verdict = checkSignature({
    algorithm: SIGNATURE_IDENTIFIERS[alg],
    key: publicKeyOf(certificate),
    data,
    signature: alg === 'ES256' ? derSignature(signature) : signature,
  })
  return FAULTS[verdict]
}

const FAULTS = {
  valid: undefined,
  invalid: 'signature_invalid',
  weak: 'weak_algorithm',
  unsupported: 'algorithm_unsupported',
} as const

function partsOf(jws: string) {
  if (jws.startsWith('{')) {
    const { protected: header, payload = '', signature, header: more } = parsed(Flattened, jws)
    return { header, payload, signature, stamps: more?.etsiU ?? [] }
  }
  const [header, payload, signature, ...rest] = jws.split('.')
  if (!header || payload === undefined || !signature || rest.length > 0) {
    throw new Malformed('JAdES: not three parts')
  }
  return { header, payload, signature, stamps: [] }
}

function tokensOf(stamp: string): readonly Buffer[] {
  const { sigTst } = parsed(Stamp, decoded(stamp).toString('utf8'))
  return sigTst.tstTokens.map(({ val }) => Buffer.from(val, 'base64'))
}

function parsed<Shape extends z.ZodType>(shape: Shape, text: string): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new Malformed('JAdES: not of our profile')
  }
}

/** Base64url in its one spelling: no padding, nothing beside the alphabet (RFC 7515 section 2). */
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new Malformed('JAdES: not base64url')
  return bytes
}
