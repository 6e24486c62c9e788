import { errors, type Configuration } from 'oidc-provider'

/** RFC 8707: the resources that tokens may be asked for, each with its scopes (space-separated). */
export type Resources = Readonly<Record<string, string>>

type Feature = NonNullable<Configuration['features']>['resourceIndicators']

/** Of the window itself: `signing` for the signing service, `service` for CSC API v2 (section 8.4). */
const OWN_SCOPES = 'signing service'

export function resourceServers(resources: Resources, issuer: string): Feature {
  return {
    enabled: true,
    // Details that name no resource are for the window's own services.
    defaultResource: async (ctx) =>
      ctx.oidc.params?.['authorization_details'] === undefined ? undefined : issuer,
    useGrantedResource: async () => false,
    getResourceServerInfo: async (_ctx, resource) => {
      const known = { [issuer]: OWN_SCOPES, ...resources }
      const scope = Object.hasOwn(known, resource) ? known[resource] : undefined
      if (scope === undefined) throw new errors.InvalidTarget()
      // Opaque: oidc-provider neither introspects nor revokes a structured token.
      return { scope, audience: resource, accessTokenFormat: 'opaque' }
    },
  }
}
