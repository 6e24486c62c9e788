import { createHash, X509Certificate } from 'node:crypto'
import type { Context } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { AuthorizationDetails } from '../assurance/level.ts'
import type { Ports } from '../ports/index.ts'
import { clientCertificates } from './client-certificate.ts'
import type { OidcSettings } from './settings.ts'

/** Who calls a service of the window's own, by an access token of the window's (RFC 6750 section 2.1). */
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

type Needs = Pick<Ports, 'subjects'>
type Settings = Pick<OidcSettings, 'issuer' | 'clientCertificate'>

/** Undefined for whatever is no token in force, is for somebody else, or is bound to a key that the caller does not
 *  show. Tokens bound by DPoP are for the endpoints of the provider itself: they are not taken here. */
export function bearers(provider: Provider, ports: Needs, { issuer, clientCertificate }: Settings) {
  const { feature } = clientCertificates(clientCertificate)

  async function tokenOf(ctx: Context): Promise<Token | undefined> {
    const value = /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(ctx.get('Authorization'))?.[1]
    if (value === undefined) return undefined
    const found =
      (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value))
    return found
  }

  function isForUs({ aud }: Token): boolean {
    return aud === undefined || [aud].flat().includes(issuer)
  }

  function isShown(ctx: Context, token: Token): boolean {
    if (token.jkt !== undefined) return false
    const bound = token['x5t#S256']
    if (bound === undefined) return true
    const certificateOf = 'getCertificate' in feature ? feature.getCertificate : undefined
    const pem = certificateOf?.(ctx as unknown as KoaContextWithOIDC)
    return pem !== undefined && thumbprint(pem) === bound
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

  return async function bearer(ctx: Context): Promise<Bearer | undefined> {
    const token = await tokenOf(ctx)
    if (!token?.isValid || token.clientId === undefined) return undefined
    if (!isForUs(token) || !isShown(ctx, token)) return undefined
    if ((await provider.Client.find(token.clientId)) === undefined) return undefined
    if (!(await isStanding(token))) return undefined
    const acr = token.extra?.acr
    return {
      clientId: token.clientId,
      subjectId: token.accountId,
      scopes: [...token.scopes],
      acr: typeof acr === 'string' ? acr : undefined,
      details: token.rar,
    }
  }
}

export type BearerOf = ReturnType<typeof bearers>

/** RFC 8705 section 3.1. */
function thumbprint(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
}
