import { createHash } from 'node:crypto'
import type { SigningAlgorithm } from '../../ports/signer.ts'
import { rawSignature } from './raw-signature.ts'

export interface JadesInput {
  /** What `transactionBytes` made. */
  readonly content: Uint8Array
  readonly alg: SigningAlgorithm
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[]
  /** Milliseconds since the epoch. */
  readonly signedAt: number
  /** The text is not in the signature but beside it, as it is (RFC 7797). */
  readonly isDetached: boolean
}

export interface PreparedJades {
  /** Base64url. */
  readonly header: string
  /** Base64url; of a detached signature: empty. */
  readonly payload: string
  readonly alg: SigningAlgorithm
  /** What the key signs. */
  readonly signingInput: Uint8Array
}

/** A JAdES B-B signature (ETSI TS 119 182-1 V1.2.1 section 6.3): the certificate by value and by SHA-256 (section
 *  5.1.7, 5.1.8), the claimed time as `iat`, which takes the place of `sigT` since 2025-05-15 (section 5.1.11). */
export function prepareJades(input: JadesInput): PreparedJades {
  const { content, alg, certificates, signedAt, isDetached } = input
  const header = encodedHeader({
    ...commonParameters({ alg, certificates, signedAt }),
    cty: 'text/plain; charset=utf-8',
    ...(isDetached ? { b64: false, crit: ['b64'] } : {}),
  })
  const payload = isDetached ? '' : base64url(content)
  const signed = isDetached ? content : Buffer.from(payload, 'ascii')
  return { header, payload, alg, signingInput: signingInput(header, signed) }
}

const BY_HASH = 'http://uri.etsi.org/19182/ObjectIdByURIHash'

/** A detached JAdES B-B signature over something of which only the SHA-256 is known: `sigD` names it by its hash (RFC
 *  6920), and what is signed besides the header is empty (ETSI TS 119 182-1 V1.2.1 section 5.2.8.3.3). `b64` is false,
 *  since `hashV` would otherwise be that of its base64url text. */
export function prepareJadesOfDigest(
  input: Omit<JadesInput, 'content' | 'isDetached'> & { readonly sha256: Uint8Array },
): PreparedJades {
  const { sha256, alg, certificates, signedAt } = input
  const hash = base64url(sha256)
  const header = encodedHeader({
    ...commonParameters({ alg, certificates, signedAt }),
    b64: false,
    sigD: { mId: BY_HASH, pars: [`ni:///sha-256;${hash}`], hashM: 'S256', hashV: [hash] },
    crit: ['b64', 'sigD'],
  })
  return { header, payload: '', alg, signingInput: signingInput(header, new Uint8Array()) }
}

function commonParameters({
  alg,
  certificates,
  signedAt,
}: Pick<JadesInput, 'alg' | 'certificates' | 'signedAt'>) {
  const [own] = certificates
  if (own === undefined) throw new RangeError('a signature needs the certificate of its key')
  return {
    alg,
    x5c: certificates.map((der) => Buffer.from(der).toString('base64')),
    'x5t#S256': createHash('sha256').update(own).digest('base64url'),
    iat: Math.floor(signedAt / 1000),
  }
}

const encodedHeader = (parameters: object) =>
  base64url(Buffer.from(JSON.stringify(parameters), 'utf8'))

/** RFC 7515 section 5.1, RFC 7797 section 3. */
export const signingInput = (header: string, payload: Uint8Array) =>
  Buffer.concat([Buffer.from(`${header}.`, 'ascii'), payload])

/** Compact serialisation; of a detached signature the middle is empty (RFC 7515 appendix F). `signature`: as `Signer`
 *  gives it. */
export function jadesSignature(prepared: PreparedJades, signature: Uint8Array): string {
  const raw = prepared.alg === 'ES256' ? rawSignature(signature) : signature
  return `${prepared.header}.${prepared.payload}.${base64url(raw)}`
}

export const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** What a time stamp of this signature is over: its base64url text (ETSI TS 119 182-1 section 5.3.4). */
export function jadesTimestampInput(compact: string): Uint8Array {
  return Buffer.from(compact.slice(compact.lastIndexOf('.') + 1), 'ascii')
}

/** B-T: the same signature in flattened JSON (RFC 7515 section 7.2.2) with the time stamp in `etsiU`. */
export function stampedJades(compact: string, timestampToken: Uint8Array): string {
  const [header = '', payload = '', signature = ''] = compact.split('.')
  const val = Buffer.from(timestampToken).toString('base64')
  const stamp = JSON.stringify({ sigTst: { tstTokens: [{ val }] } })
  return JSON.stringify({
    ...(payload === '' ? {} : { payload }),
    protected: header,
    header: { etsiU: [base64url(Buffer.from(stamp, 'utf8'))] },
    signature,
  })
}
