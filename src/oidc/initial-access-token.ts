import Provider from 'oidc-provider'
import { artifactAdapter } from './artifact-adapter.ts'
import type { OidcPorts } from './settings.ts'

export interface Invitation {
  readonly issuer: string
  readonly ttlSeconds: number
}

/** RFC 7591 section 3: the initial access token that registering a client takes. It is kept like every
 *  other artefact, so that every window knows it at once. */
export async function initialAccessToken(
  ports: Pick<OidcPorts, 'artifacts' | 'clients' | 'keys'>,
  { issuer, ttlSeconds }: Invitation,
): Promise<string> {
  const provider = new Provider(issuer, {
    adapter: artifactAdapter(ports),
    cookies: { keys: [...ports.keys.cookieKeys] },
    // It encrypts nothing, and refuses keys that it has no use for.
    jwks: { keys: ports.keys.jwks.filter(({ use }) => use !== 'enc') },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken: true },
    },
  })
  return new provider.InitialAccessToken({ expiresIn: ttlSeconds }).save()
}
