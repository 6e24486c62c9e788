import { outbound } from '../../adapters/http/outbound.ts'
import { acrNames } from '../assurance/acr.ts'
import { representation } from '../assurance/representation.ts'
import type { Config } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { openIdProvider } from '../oidc/provider.ts'
import type { OidcViews } from '../oidc/settings.ts'
import type { ClientMetadata } from '../ports/client-store.ts'
import type { Ports } from '../ports/index.ts'

interface CheckedClients {
  validate(metadata: ClientMetadata): Promise<void>
}

/** Refuses metadata that the window would refuse (RFC 7591 section 2, OIDC Registration 2): the operator
 *  hears of it now, not a citizen later. */
export async function checkClient(
  config: Config,
  ports: Ports,
  client: ClientMetadata,
): Promise<void> {
  const { provider } = openIdProvider(ports, {
    issuer: config.issuer,
    acr: acrNames(config.acrPrefix),
    reachable: new Set([1]),
    levelLifetimes: config.levelLifetimes,
    ttl: config.ttl,
    secureCookies: true,
    clientCertificate: config.clientCertificate,
    registration: config.registration,
    resources: config.resources,
    law: representation(ports, { lifetimeSeconds: config.mandateLifetime }),
    fetch: outbound({ allowInside: !config.isProduction, insideHosts: config.insideHosts }),
    pkce: config.pkce,
    interactionUrl: () => '/',
    views: NO_PAGES,
  })
  try {
    await (provider.Client as unknown as CheckedClients).validate(client)
  } catch (error) {
    throw new PanjerehError('config_invalid', `The metadata is wrong: ${said(error)}`, {
      cause: error,
    })
  }
}

const none = () => undefined
/** Nobody is shown anything here. */
const NO_PAGES: OidcViews = {
  error: none,
  logout: none,
  loggedOut: none,
  deviceInput: none,
  deviceConfirm: none,
  deviceDone: none,
}

/** oidc-provider keeps what went wrong apart from the name of the error. */
function said(error: unknown): string {
  const { error_description: description } = error as { error_description?: string }
  return description ?? (error instanceof Error ? error.message : String(error))
}
