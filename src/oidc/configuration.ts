import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '../ports/clock.ts'
import { artifactAdapter } from './artifact-adapter.ts'
import { authorizationDetails } from './authorization-details.ts'
import { clientCertificates } from './client-certificate.ts'
import { CHECKED_ANEW, CLIENT_NAMES, CLIENT_POLICY, validateClientPolicy } from './client-policy.ts'
import { acrAuthTimes, findAccount, type LevelSource } from './find-account.ts'
import { codeLifetime, isFapi, jwtRules, nonceSecret } from './fapi.ts'
import { existingGrant } from './grants.ts'
import { mayIntrospect, type EventTap } from './event-tap.ts'
import {
  RECORD_TYPES,
  SCOPE_CLAIMS,
  TRUST_FRAMEWORK,
  VERIFIABLE_CLAIMS,
} from './identity-claims.ts'
import { pairwiseSubjects, sectorOf } from './pairwise.ts'
import { representees } from './representee.ts'
import { requestStandings } from './request-standing.ts'
import { resourceServers } from './resource-servers.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'
import { promptPolicy } from './step-up-prompt.ts'
import { deviceErrorOf } from './views.ts'

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA', 'Ed25519', 'PS256'] as const
/** What has no old clients to be kept for. */
const STRONG_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256'] as const
/** What the key ring signs with. */
const OUR_ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const

const AUTH_METHODS = [
  'private_key_jwt',
  'client_secret_basic',
  'client_secret_post',
  'none',
] as const

/** The whole configuration of oidc-provider, in one table. */
export function configuration(
  ports: OidcPorts,
  settings: OidcSettings,
  tap: EventTap,
): Configuration {
  const { acr, ttl, views } = settings
  const standingOf = requestStandings(ports, settings)
  const pairwise = pairwiseSubjects(ports.keys.pairwiseSecret)
  const timesOf = acrAuthTimes(ports, acr)
  const represented = representees(settings.law, pairwise)
  const rules = jwtRules(ports.clock)
  const authMethods = [
    ...AUTH_METHODS,
    ...clientCertificates(settings.clientCertificate).authMethods,
  ]

  return {
    adapter: artifactAdapter(ports, settings.registration.maxClients),
    jwks: { keys: [...ports.keys.jwks] },
    acrValues: [1, 2, 3, 4].map(acr.nameOf),
    // OIDC Core 3.1.2.1: redirect_uri is required, even where there is only one.
    allowOmittingSingleRegisteredRedirectUri: false,
    claims: {
      ...Object.fromEntries(
        Object.entries(SCOPE_CLAIMS).map(([scope, names]) => [scope, [...names]]),
      ),
      // Whoever is spoken for belongs into the ID token as the level does.
      openid: [...SCOPE_CLAIMS.openid, ...SCOPE_CLAIMS.legal_person],
      verified_claims: null,
    },
    scopes: ['openid', 'offline_access'],
    responseTypes: ['code'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, accountId, client) => pairwise.subOf(accountId, sectorOf(client)),
    pkce: { required: (_ctx, client) => needsPkce(client, settings.pkce) },
    clientAuthMethods: [...authMethods],
    clientDefaults: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      subject_type: 'pairwise',
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
      authorization_signed_response_alg: 'ES256',
    },
    extraClientMetadata: {
      properties: [...CLIENT_POLICY, ...CLIENT_NAMES, ...CHECKED_ANEW],
      validator: (ctx, key, value, metadata) => validateClientPolicy(ctx, key, value, metadata),
    },
    cookies: {
      // RFC 6265bis 4.1.3.2: hosts beside ours, under the same domain, cannot plant a session of theirs.
      names: {
        session: `${settings.secureCookies ? '__Host-' : ''}panjereh_session`,
        interaction: 'panjereh_step',
        resume: 'panjereh_resume',
      },
      keys: [...ports.keys.cookieKeys],
      long: { httpOnly: true, sameSite: 'lax', signed: true, secure: settings.secureCookies },
      short: { httpOnly: true, sameSite: 'lax', signed: true, secure: settings.secureCookies },
    },
    routes: {
      authorization: '/oauth2/authorize',
      code_verification: '/device',
      device_authorization: '/oauth2/device_authorization',
      end_session: '/oauth2/logout',
      introspection: '/oauth2/introspect',
      jwks: '/oauth2/jwks',
      pushed_authorization_request: '/oauth2/par',
      registration: '/oauth2/register',
      revocation: '/oauth2/revoke',
      token: '/oauth2/token',
      userinfo: '/oauth2/userinfo',
    },
    discovery: {
      // RFC 8414 section 2: left out, they would mean client_secret_basic alone.
      introspection_endpoint_auth_methods_supported: authMethods,
      revocation_endpoint_auth_methods_supported: authMethods,
      display_values_supported: ['page', 'popup', 'touch'],
      ui_locales_supported: ['fa', 'en'],
      // OpenID Connect for Identity Assurance 1.0, section 9.
      verified_claims_supported: true,
      trust_frameworks_supported: [TRUST_FRAMEWORK],
      evidence_supported: ['electronic_record'],
      electronic_records_supported: [...RECORD_TYPES],
      claims_in_verified_claims_supported: [...VERIFIABLE_CLAIMS],
      op_policy_uri: settings.about?.policyUrl,
      op_tos_uri: settings.about?.termsUrl,
      service_documentation: settings.about?.documentationUrl,
    },
    enabledJWA: {
      idTokenSigningAlgValues: [...OUR_ALGORITHMS],
      userinfoSigningAlgValues: [...OUR_ALGORITHMS],
      introspectionSigningAlgValues: [...OUR_ALGORITHMS],
      authorizationSigningAlgValues: [...OUR_ALGORITHMS],
      clientAuthSigningAlgValues: [...ALGORITHMS],
      requestObjectSigningAlgValues: [...ALGORITHMS],
      ...encryptionValues(),
      dPoPSigningAlgValues: [...STRONG_ALGORITHMS],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: {
        enabled: true,
        allowReplay: false,
        nonceSecret: nonceSecret(ports.keys.cookieKeys),
        requireNonce: (ctx) => {
          rules.proof(ctx)
          return false
        },
      },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        userCodeInputSource: async (ctx, form, _out, error) =>
          views.deviceInput(ctx, form, deviceErrorOf(error)),
        userCodeConfirmSource: async (ctx, form, _client, _info, userCode) =>
          views.deviceConfirm(ctx, form, userCode),
        successSource: async (ctx) => views.deviceDone(ctx),
      },
      encryption: { enabled: true },
      fapi: {
        enabled: true,
        profile: (_ctx, client) => (isFapi(client) ? '2.0' : undefined),
      },
      introspection: {
        enabled: true,
        allowedPolicy: (ctx, client, token) => mayIntrospect(tap, ctx, client, token),
      },
      jwtIntrospection: { enabled: true },
      jwtResponseModes: { enabled: true },
      jwtUserinfo: { enabled: true },
      mTLS: clientCertificates(settings.clientCertificate).feature,
      pushedAuthorizationRequests: { enabled: true },
      registration: {
        enabled: settings.registration.enabled,
        initialAccessToken: settings.registration.initialAccessTokenRequired,
      },
      registrationManagement: { enabled: settings.registration.enabled },
      requestObjects: { enabled: true, assertJwtClaimsAndHeader: rules.requestObject },
      resourceIndicators: resourceServers(settings.resources, settings.issuer),
      revocation: {
        enabled: true,
        // RFC 7009 section 2.1: a client revokes what was issued to it.
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      richAuthorizationRequests: authorizationDetails(settings.reachable.has(4)),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) => views.logout(ctx, form),
        postLogoutSuccessSource: async (ctx) => views.loggedOut(ctx),
      },
      userinfo: { enabled: true },
    } as Configuration['features'],
    assertJwtClientAuthClaimsAndHeader: rules.clientAssertion,
    findAccount: findAccount(ports, acr, represented),
    extraTokenClaims: async (ctx, token) => {
      if (token.kind !== 'AccessToken') return undefined
      const source = levelSource(ctx)
      if (source?.acr === undefined) return undefined
      const { amr, authTime } = source
      const { kind, ...found } = await represented.of(source)
      const representee =
        kind === 'for' && 'representation' in found
          ? represented.claimOf(ctx, found.representation)
          : undefined
      return {
        acr: source.acr,
        amr,
        auth_time: authTime,
        acr_auth_time: await timesOf(source),
        ...(representee ? { representee } : {}),
      }
    },
    loadExistingGrant: existingGrant,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: (_ctx, source) => !source.scopes.has('offline_access'),
    // FAPI 2.0 section 5.3.2.1 forbids rotation for sender-constrained clients; all others rotate.
    rotateRefreshToken: (ctx) => !isFapi(ctx.oidc.client),
    interactions: {
      policy: promptPolicy(standingOf, acr, settings.law),
      url: (_ctx, interaction) => settings.interactionUrl(interaction),
    },
    renderError: (ctx, out) => views.error(ctx, out),
    fetch: settings.fetch,
    fetchResponseBodyLimits: { jwks_uri: 256 * 1024, sector_identifier_uri: 64 * 1024 },
    ttl: {
      AccessToken: ttl.accessToken,
      AuthorizationCode: (_ctx, _code, client) => codeLifetime(ttl.code, client),
      ClientCredentials: ttl.clientCredentials,
      DeviceCode: ttl.deviceCode,
      Grant: Math.max(ttl.refreshToken, ttl.session),
      IdToken: ttl.idToken,
      Interaction: ttl.interaction,
      RefreshToken: ttl.refreshToken,
      Session: (_ctx, session) => sessionLifetime(session, ttl, ports.clock),
    },
  }
}

/** RFC 9700 section 2.1.1: public clients must; from confidential ones it is asked too, unless the operator
 *  frees one, or all of them. FAPI 2.0 frees nobody. */
function needsPkce(client: Client, pkce: OidcSettings['pkce']): boolean {
  if (isFapi(client) || client.clientAuthMethod === 'none') return true
  return pkce === 'required' && client['panjereh_pkce'] !== 'optional'
}

/** Sliding, up to the end that was fixed when the session began. One in which nobody has signed in holds but
 *  the secret of a form, and anybody may begin as many as he likes: it lives no longer than a visit. Seconds. */
function sessionLifetime(
  { iat, accountId }: { readonly iat?: number; readonly accountId?: string },
  { session, sessionAbsolute, interaction }: OidcSettings['ttl'],
  clock: Clock,
): number {
  const now = Math.floor(clock.now() / 1000)
  const idle = accountId === undefined ? Math.min(interaction, session) : session
  return Math.max(1, Math.min(idle, (iat ?? now) + sessionAbsolute - now))
}

/** RFC 7518: no symmetric keys (that would be client secrets), no SHA-1, authenticated encryption alone. */
function encryptionValues() {
  const uses = ['idToken', 'userinfo', 'introspection', 'authorization', 'requestObject']
  return Object.fromEntries(
    uses.flatMap((use) => [
      [`${use}EncryptionAlgValues`, ['ECDH-ES', 'RSA-OAEP-256']],
      [`${use}EncryptionEncValues`, ['A256GCM', 'A128GCM', 'A256CBC-HS512', 'A128CBC-HS256']],
    ]),
  )
}

function levelSource(ctx: KoaContextWithOIDC): LevelSource | undefined {
  const { AuthorizationCode, RefreshToken, DeviceCode } = ctx.oidc.entities
  return AuthorizationCode ?? DeviceCode ?? RefreshToken
}
