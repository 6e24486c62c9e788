import { errors, type Configuration } from 'oidc-provider'

/** RFC 8707: the resources that tokens may be asked for, each with its scopes (space-separated). */
export type Resources = Readonly<Record<string, string>>

type Feature = NonNullable<Configuration['features']>['resourceIndicators']

export function resourceServers(resources: Resources): Feature {
  return {
    enabled: true,
    defaultResource: async () => undefined,
    useGrantedResource: async () => false,
    getResourceServerInfo: async (_ctx, resource) => {
      const scope = Object.hasOwn(resources, resource) ? resources[resource] : undefined
      if (scope === undefined) throw new errors.InvalidTarget()
      // Opaque: oidc-provider neither introspects nor revokes a structured token.
      return { scope, audience: resource, accessTokenFormat: 'opaque' }
    },
  }
}
