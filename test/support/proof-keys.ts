import { createHash, randomUUID } from 'node:crypto'
import { base64url, CompactSign, exportJWK, generateKeyPair, type JWK, type CryptoKey } from 'jose'

export interface ProofKey {
  readonly alg: string
  readonly private: CryptoKey
  readonly public: JWK
  readonly privateJwk: JWK
}

export async function proofKey(alg = 'ES256', use: 'sig' | 'enc' = 'sig'): Promise<ProofKey> {
  const pair = await generateKeyPair(alg, { extractable: true })
  const more = { kid: randomUUID(), alg, use }
  return {
    alg,
    private: pair.privateKey,
    public: { ...(await exportJWK(pair.publicKey)), ...more },
    privateJwk: await exportJWK(pair.privateKey),
  }
}

export interface JwtChanges {
  /** A claim that is undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: ProofKey
  /** Done to the finished token. */
  readonly spoil?: (jwt: string) => string
}

/** Signs as a client would, and as one who does it wrong. */
export async function signed(
  key: ProofKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  changes: JwtChanges = {},
): Promise<string> {
  const by = changes.key ?? key
  const wholeHeader = dropped({ alg: by.alg, ...header, ...changes.header })
  const payload = JSON.stringify({ ...claims, ...changes.claims })
  const jwt =
    wholeHeader['alg'] === 'none'
      ? `${base64url.encode(JSON.stringify(wholeHeader))}.${base64url.encode(payload)}.`
      : await new CompactSign(Buffer.from(payload))
          .setProtectedHeader(wholeHeader as { alg: string })
          .sign(by.private)
  return changes.spoil?.(jwt) ?? jwt
}

function dropped(header: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined))
}

export const seconds = () => Math.floor(Date.now() / 1000)

/** RFC 7523 section 3. */
export function clientAssertion(
  key: ProofKey,
  clientId: string,
  issuer: string,
  changes?: JwtChanges,
): Promise<string> {
  const at = seconds()
  const claims = { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), iat: at }
  return signed(key, { kid: key.public.kid }, { ...claims, exp: at + 60 }, changes)
}

export interface ProofTarget {
  readonly htm: string
  readonly htu: string
  readonly accessToken?: string
}

/** RFC 9449 section 4.2. */
export function dpopProof(
  key: ProofKey,
  { htm, htu, accessToken }: ProofTarget,
  changes?: JwtChanges,
): Promise<string> {
  const { kty, crv, x, y, n, e } = (changes?.key ?? key).public
  const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JWK
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  const claims = { htm, htu, jti: randomUUID(), iat: seconds(), ...(ath ? { ath } : {}) }
  return signed(key, { typ: 'dpop+jwt', jwk }, claims, changes)
}

/** The same token with another signature. */
export function otherSignature(jwt: string): string {
  const [header, payload, signature = ''] = jwt.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[8] = (bytes[8] ?? 0) ^ 0x5a
  return [header, payload, bytes.toString('base64url')].join('.')
}
