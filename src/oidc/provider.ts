import Provider from 'oidc-provider'
import { keepParsedClients } from './client-cache.ts'
import { configuration } from './configuration.ts'
import { cookieSigner } from './cookie-signer.ts'
import { eventTap, listen, type EventTap } from './event-tap.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'

export interface OpenIdProvider {
  readonly provider: Provider
  readonly tap: EventTap
}

/** Parsed clients kept in memory: some 10 kB each. */
const MOST_PARSED = 2_000

/** The OpenID provider, which is also the Koa application that `src/http` adds its pipeline to. */
export function openIdProvider(ports: OidcPorts, settings: OidcSettings): OpenIdProvider {
  const tap = eventTap(ports)
  const provider = new Provider(settings.issuer, configuration(ports, settings, tap))
  Object.assign(provider, { keys: cookieSigner(ports.keys.cookieKeys) })
  keepParsedClients(provider, ports.clients, MOST_PARSED)
  listen(provider, tap)
  return { provider, tap }
}
