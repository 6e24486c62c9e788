import { createHash, X509Certificate } from 'node:crypto'
import type { Context } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { AuthorizationDetails } from '../assurance/level.ts'
import type { Ports } from '../ports/index.ts'
import { clientCertificates } from './client-certificate.ts'
import { dpopProof, LONGEST_AGE, PROOF_ALGORITHMS, type DpopProof } from './dpop-proof.ts'
import type { OidcSettings } from './settings.ts'

/** Who calls a service of the window's own, by an access token of the window's (RFC 6750 section 2.1, RFC 9449). */
export interface Bearer {
  readonly clientId: string
  /** Absent: the client speaks for itself (client_credentials). */
  readonly subjectId?: string
  readonly scopes: readonly string[]
  /** As of the token. */
  readonly acr?: string
  /** As granted (RFC 9396). */
  readonly details?: AuthorizationDetails
}

interface Token {
  readonly kind: string
  readonly isValid: boolean
  readonly clientId?: string
  readonly accountId?: string
  readonly grantId?: string
  readonly scopes: ReadonlySet<string>
  readonly aud?: string | readonly string[]
  readonly jkt?: string
  readonly 'x5t#S256'?: string
  readonly extra?: { readonly acr?: unknown }
  readonly rar?: AuthorizationDetails
}

type Needs = Pick<Ports, 'clock' | 'subjects'>
type Settings = Pick<OidcSettings, 'issuer' | 'clientCertificate'>

interface Shown {
  readonly scheme: 'Bearer' | 'DPoP'
  readonly value: string
}

/** What is wrong, as RFC 6750 section 3.1 and RFC 9449 section 7.1 name it; `absent`: no token was shown. */
type Fault = 'absent' | 'invalid_token' | 'invalid_dpop_proof'

/** Undefined for whatever is no token in force, is for somebody else, or is bound to a key (RFC 9449) or a certificate
 *  (RFC 8705) that the caller does not show: then `WWW-Authenticate` says why. The rules are those of userinfo. */
export function bearers(provider: Provider, ports: Needs, { issuer, clientCertificate }: Settings) {
  const { feature } = clientCertificates(clientCertificate)

  function isForUs({ aud }: Token): boolean {
    return aud === undefined || [aud].flat().includes(issuer)
  }

  async function tokenOf({ value }: Shown): Promise<Token | undefined> {
    const found =
      (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value))
    return found
  }

  /** RFC 8705 section 3. */
  function isCertified(ctx: Context, { 'x5t#S256': bound }: Token): boolean {
    if (bound === undefined) return true
    const certificateOf = 'getCertificate' in feature ? feature.getCertificate : undefined
    const pem = certificateOf?.(ctx as unknown as KoaContextWithOIDC)
    return pem !== undefined && thumbprint(pem) === bound
  }

  /** RFC 9449 section 7: a bound token comes with its scheme and a proof of its key, and no other token does. */
  async function proofFault(ctx: Context, shown: Shown, token: Token): Promise<Fault | undefined> {
    const isBound = token.jkt !== undefined
    if (isBound !== (shown.scheme === 'DPoP')) return 'invalid_token'
    if (!isBound) return undefined
    const expected = { address: `${issuer}${ctx.path}`, accessToken: shown.value }
    const proof = await dpopProof(ctx, ports.clock, expected)
    if (proof === undefined) return 'invalid_dpop_proof'
    if (proof.thumbprint !== token.jkt) return 'invalid_token'
    return (await isFirst(token, proof)) ? undefined : 'invalid_dpop_proof'
  }

  /** Of one proof in two requests at once one is taken. */
  function isFirst({ clientId = '' }: Token, { jti }: DpopProof): Promise<boolean> {
    const until = Math.floor(ports.clock.now() / 1000) + 2 * LONGEST_AGE
    return provider.ReplayDetection.unique(clientId, jti, until)
  }

  /** The person is still there, and has not taken back what he granted. */
  async function isStanding({ accountId, grantId }: Token): Promise<boolean> {
    if (accountId === undefined) return true
    const [subject, grant] = await Promise.all([
      ports.subjects.find(accountId),
      grantId === undefined ? undefined : provider.Grant.find(grantId),
    ])
    return subject?.status === 'active' && grant !== undefined
  }

  async function found(ctx: Context): Promise<Bearer | Fault> {
    const shown = shownIn(ctx)
    if (shown === undefined) return ctx.get('Authorization') === '' ? 'absent' : 'invalid_token'
    const token = await tokenOf(shown)
    if (!token?.isValid || token.clientId === undefined) return 'invalid_token'
    if (!isForUs(token) || !isCertified(ctx, token)) return 'invalid_token'
    const fault = await proofFault(ctx, shown, token)
    if (fault !== undefined) return fault
    if ((await provider.Client.find(token.clientId)) === undefined) return 'invalid_token'
    return (await isStanding(token)) ? bearerOf(token, token.clientId) : 'invalid_token'
  }

  return async function bearer(ctx: Context): Promise<Bearer | undefined> {
    const answer = await found(ctx)
    if (typeof answer !== 'string') return answer
    ctx.set('WWW-Authenticate', challengesOf(answer, ctx))
    return undefined
  }
}

export type BearerOf = ReturnType<typeof bearers>

function shownIn(ctx: Context): Shown | undefined {
  const [, scheme = '', value] =
    /^(Bearer|DPoP) ([\w.~+/-]{1,4096}=*)$/i.exec(ctx.get('Authorization')) ?? []
  if (value === undefined) return undefined
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', value }
}

function bearerOf({ accountId, scopes, extra, rar }: Token, clientId: string): Bearer {
  const acr = extra?.acr
  return {
    clientId,
    subjectId: accountId,
    scopes: [...scopes],
    acr: typeof acr === 'string' ? acr : undefined,
    details: rar,
  }
}

const ALGORITHMS = `algs="${PROOF_ALGORITHMS.join(' ')}"`

/** Who shows nothing learns both ways; who shows something learns what is wrong with it (RFC 6750 section 3). */
function challengesOf(fault: Fault, ctx: Context): string[] {
  if (fault === 'absent') return ['Bearer', `DPoP ${ALGORITHMS}`]
  const isDpop = /^DPoP /i.test(ctx.get('Authorization')) || ctx.get('DPoP') !== ''
  return [isDpop ? `DPoP error="${fault}", ${ALGORITHMS}` : `Bearer error="${fault}"`]
}

/** RFC 8705 section 3.1. */
function thumbprint(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
}
