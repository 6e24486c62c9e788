import { errors, type KoaContextWithOIDC } from 'oidc-provider'

/** Client metadata of ours (RFC 7591 section 2 allows extensions). All of it is the operator's to give. */
export const CLIENT_POLICY = [
  /** No consent page: the service belongs to the state and the law is its ground. */
  'panjereh_first_party',
  /** `auditor`: may introspect any token; each look is an event. `resource_server`: likewise, as a machine. */
  'panjereh_role',
  /** `fapi2`: FAPI 2.0 Security Profile is enforced. */
  'panjereh_profile',
  /** Hosts on which error pages name the exact fault. */
  'panjereh_developer_hosts',
] as const

/** OIDC Registration 2.1: the name in the languages of the pages. */
export const CLIENT_NAMES = ['client_name#fa', 'client_name#en'] as const

export type ClientRole = 'auditor' | 'resource_server'

const isName = (value: unknown) => typeof value === 'string' && value.length <= 200

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  'client_name#fa': isName,
  'client_name#en': isName,
  panjereh_first_party: (value) => typeof value === 'boolean',
  panjereh_role: (value) => value === 'auditor' || value === 'resource_server',
  panjereh_profile: (value) => value === 'fapi2',
  panjereh_developer_hosts: (value) =>
    Array.isArray(value) && value.every((host) => typeof host === 'string' && host.length <= 253),
}

const REGISTRATION = /^(registration|client_update)$/

/** Refuses our policy from a client's own mouth, and wrong values from anybody. */
export function validateClientPolicy(
  ctx: KoaContextWithOIDC | undefined,
  key: string,
  value: unknown,
): void {
  if (value === undefined) return
  if (isOurs(key) && REGISTRATION.test(String(ctx?.oidc?.route)) && isFromRequest(ctx, key)) {
    throw new errors.InvalidClientMetadata(`${key} is given by the operator, not by registration`)
  }
  if (CHECKS[key]?.(value) === false) throw new errors.InvalidClientMetadata(`${key} is invalid`)
}

function isFromRequest(ctx: KoaContextWithOIDC | undefined, key: string): boolean {
  const body = ctx?.oidc?.body
  return body !== undefined && key in body
}

function isOurs(key: string): boolean {
  return CLIENT_POLICY.some((name) => name === key)
}
