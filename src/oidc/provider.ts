import Provider from 'oidc-provider'
import { configuration } from './configuration.ts'
import { eventTap, listen, type EventTap } from './event-tap.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'

export interface OpenIdProvider {
  readonly provider: Provider
  readonly tap: EventTap
}

/** The OpenID provider, which is also the Koa application that `src/http` adds its pipeline to. */
export function openIdProvider(ports: OidcPorts, settings: OidcSettings): OpenIdProvider {
  const tap = eventTap(ports)
  const provider = new Provider(settings.issuer, configuration(ports, settings, tap))
  listen(provider, tap)
  return { provider, tap }
}
