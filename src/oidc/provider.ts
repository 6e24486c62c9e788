import Provider from 'oidc-provider'
import { bearers, type BearerOf } from './bearer.ts'
import { keepParsedClients } from './client-cache.ts'
import { configuration } from './configuration.ts'
import { cookieSigner } from './cookie-signer.ts'
import { eventTap, listen, type EventTap } from './event-tap.ts'
import { logoutDelivery, type LogoutDelivery } from './logout-delivery.ts'
import { loweredSubjects, type LoweredSubjects } from './lowered-subjects.ts'
import { ownSessions, type OwnSessions } from './own-sessions.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'
import { subjectNames, type SubjectNames } from './subject-names.ts'

export interface OpenIdProvider {
  readonly provider: Provider
  readonly tap: EventTap
  /** Agencies that are to be told that a session has ended. */
  readonly logouts: LogoutDelivery
  /** Sessions that the registries' word no longer bears. */
  readonly lowered: LoweredSubjects
  /** Who calls one of the window's own services. */
  readonly bearer: BearerOf
  readonly names: SubjectNames
  /** Who is signed in, for the window's own pages. */
  readonly sessions: OwnSessions
}

/** Parsed clients kept in memory: some 10 kB each. */
const MOST_PARSED = 2_000

/** The OpenID provider, which is also the Koa application that `src/http` adds its pipeline to. */
export function openIdProvider(ports: OidcPorts, settings: OidcSettings): OpenIdProvider {
  const tap = eventTap(ports)
  const provider = new Provider(settings.issuer, configuration(ports, settings, tap))
  Object.assign(provider, { keys: cookieSigner(ports.keys.cookieKeys) })
  addressedByIssuer(provider)
  keepParsedClients(provider, ports.clients, MOST_PARSED)
  listen(provider, tap)
  const lowered = loweredSubjects(provider, ports, settings.onLowered)
  const logouts = logoutDelivery(provider, ports, settings.logoutSchedule, settings.countLogout)
  const bearer = bearers(provider, ports, settings)
  const names = subjectNames(provider, ports.keys)
  const sessions = ownSessions(provider, ports, settings)
  return { provider, tap, logouts, lowered, bearer, names, sessions }
}

/** oidc-provider takes its own address from the request's Host or X-Forwarded-Host, which whoever asks writes.
 *  An assertion or a DPoP proof that a client made for somebody else's address would be good here under that
 *  name (RFC 7523 section 3 item 3, RFC 9449 section 4.3), and a cache could be taught endpoints elsewhere. */
function addressedByIssuer(provider: Provider): void {
  const { OIDCContext } = provider as unknown as { readonly OIDCContext: { prototype: object } }
  Object.defineProperty(OIDCContext.prototype, 'urlFor', { value: provider.urlFor.bind(provider) })
}
