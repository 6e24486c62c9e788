import { hkdfSync } from 'node:crypto'
import { errors, type Client, type KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '../ports/clock.ts'

/** FAPI 2.0 Security Profile (final), section 5.4.1: what may sign. */
const ALGORITHMS: ReadonlySet<unknown> = new Set(['ES256', 'PS256', 'EdDSA', 'Ed25519'])

/** Section 5.3.2.1 item 5. */
const AUTH_METHODS: ReadonlySet<unknown> = new Set([
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
])

/** Section 5.3.2.1 item 14: clocks differ, but not by more. Seconds. */
const MAX_AHEAD = 60
/** Message Signing, section 5.3.1: a request object lives an hour at most. Seconds. */
const MAX_REQUEST_LIFE = 3600
/** Section 5.3.2.1 item 12. Seconds. */
const MAX_CODE_LIFE = 60

type Header = Readonly<Record<string, unknown>>
type Claims = Readonly<Record<string, unknown>>

export function isFapi(client: Client | undefined): boolean {
  return client?.['panjereh_profile'] === 'fapi2'
}

/** What the profile asks of a client's metadata; pushing its requests is set for it. */
export function applyProfile(metadata: Record<string, unknown>): void {
  const faults = [
    [!AUTH_METHODS.has(metadata['token_endpoint_auth_method']), 'private_key_jwt or mTLS'],
    [!isSenderConstrained(metadata), 'DPoP-bound or certificate-bound access tokens'],
    [hasWeakAlgorithm(metadata), 'ES256, PS256 or EdDSA alone'],
  ] as const
  const fault = faults.find(([isBroken]) => isBroken)
  if (fault) throw new errors.InvalidClientMetadata(`panjereh_profile fapi2 needs ${fault[1]}`)
  metadata['require_pushed_authorization_requests'] = true
}

function isSenderConstrained(metadata: Readonly<Record<string, unknown>>): boolean {
  return (
    metadata['dpop_bound_access_tokens'] === true ||
    metadata['tls_client_certificate_bound_access_tokens'] === true
  )
}

function hasWeakAlgorithm(metadata: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(metadata).some(
    ([name, alg]) =>
      /(_signed_response|_signing)_alg$/.test(name) && alg !== undefined && !ALGORITHMS.has(alg),
  )
}

export function codeLifetime(configured: number, client: Client | undefined): number {
  return isFapi(client) ? Math.min(configured, MAX_CODE_LIFE) : configured
}

/** The claims of the JWTs that clients make, beyond what oidc-provider checks by itself. */
export function jwtRules(clock: Clock) {
  const isAhead = (at: unknown) => Number(at) > clock.now() / 1000 + MAX_AHEAD

  return {
    /** RFC 7523 section 3. */
    clientAssertion: (ctx: KoaContextWithOIDC, claims: Claims, header: Header): void => {
      if (isAhead(claims['iat'])) throw new errors.InvalidClientAuth('iat is in the future')
      if (!isFapi(ctx.oidc.client)) return
      if (claims['aud'] !== ctx.oidc.issuer) {
        throw new errors.InvalidClientAuth('aud must be the issuer, as a string')
      }
      if (!ALGORITHMS.has(header['alg'])) throw new errors.InvalidClientAuth('alg mismatch')
    },

    /** RFC 9101. A pushed request comes by here as well, unsigned: it was authenticated when pushed. */
    requestObject: (ctx: KoaContextWithOIDC, claims: Claims, header: Header): void => {
      const fault = isAhead(claims['iat'])
        ? 'iat is in the future'
        : isFapi(ctx.oidc.client) && fapiRequestFault(claims, header)
      if (fault) throw new errors.InvalidRequestObject(fault)
    },

    /** RFC 9449 section 11.1. Called for every proof, before it is verified: what is unreadable is refused
     *  there. A nonce of ours says when it was made better than the client's clock. */
    proof: (ctx: KoaContextWithOIDC): void => {
      const { iat, nonce } = payloadOf(ctx.get('DPoP'))
      if (nonce === undefined && isAhead(iat)) {
        throw new errors.InvalidDpopProof('DPoP proof iat is in the future')
      }
    },
  }
}

function fapiRequestFault(claims: Claims, header: Header): string | undefined {
  const missing = ['exp', 'aud', 'nbf'].find((name) => claims[name] === undefined)
  if (missing) return `Request Object is missing the '${missing}' claim`
  const life = Number(claims['exp']) - Number(claims['nbf'])
  if (!(life > 0 && life <= MAX_REQUEST_LIFE)) return 'exp is too far from nbf'
  const alg = header['alg']
  return alg === 'none' || ALGORITHMS.has(alg) ? undefined : 'unsupported signed request alg'
}

function payloadOf(jwt: string): Claims {
  try {
    const [, payload = ''] = jwt.split('.')
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return (parsed ?? {}) as Claims
  } catch {
    return {}
  }
}

/** RFC 9449 section 8: the same in all windows, anew with the cookie keys. */
export function nonceSecret([key = '']: readonly string[]): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'panjereh dpop nonce v1', 32))
}
