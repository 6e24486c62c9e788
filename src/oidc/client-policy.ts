import { errors, type Client, type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import { applyProfile } from './fapi.ts'
import { GUARDED_SCOPES, SCOPE_CLAIMS } from './identity-claims.ts'

/** Client metadata of ours (RFC 7591 section 2 allows extensions). All of it is the operator's to give. */
export const CLIENT_POLICY = [
  /** No consent page: the service belongs to the state and the law is its ground. */
  'panjereh_first_party',
  /** `auditor`: may introspect any token; each look is an event. `resource_server`: likewise, as a machine. */
  'panjereh_role',
  /** `fapi2`: FAPI 2.0 Security Profile is enforced. */
  'panjereh_profile',
  /** `optional`: a confidential client that was certified without PKCE may do without. */
  'panjereh_pkce',
  /** Which of the state's own numbers of a person it may have: `national_id`, `ir_profile`. */
  'panjereh_claims',
  /** How old the proof of a level may be for it, in seconds: `{"2": 3600}`. */
  'panjereh_level_max_age',
  /** Hosts on which error pages name the exact fault. */
  'panjereh_developer_hosts',
] as const

/** OIDC Registration 2.1: the name in the languages of the pages. */
export const CLIENT_NAMES = ['client_name#fa', 'client_name#en'] as const

/** What oidc-provider checks too loosely. */
export const CHECKED_ANEW = ['redirect_uris'] as const

export type ClientRole = 'auditor' | 'resource_server'

const isName = (value: unknown) => typeof value === 'string' && value.length <= 200

/** RFC 9700 section 2.6: no answer travels in the clear, except on the person's own machine. */
const isGuarded = (uri: unknown) => {
  const parsed = URL.parse(String(uri))
  return parsed?.protocol !== 'http:' || LOOPBACK.test(parsed.hostname)
}
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  'client_name#fa': isName,
  'client_name#en': isName,
  redirect_uris: (value) => Array.isArray(value) && value.every(isGuarded),
  panjereh_first_party: (value) => typeof value === 'boolean',
  panjereh_role: (value) => value === 'auditor' || value === 'resource_server',
  panjereh_pkce: (value) => value === 'optional',
  panjereh_profile: (value) => value === 'fapi2',
  panjereh_level_max_age: (value) => MaxAges.safeParse(value).success,
  panjereh_claims: (value) =>
    Array.isArray(value) && value.every((name) => GUARDED_SCOPES.some((scope) => scope === name)),
  panjereh_developer_hosts: (value) =>
    Array.isArray(value) && value.every((host) => typeof host === 'string' && host.length <= 253),
}

const MaxAges = z.partialRecord(z.enum(['1', '2', '3', '4']), z.number().int().nonnegative())

/** By rank, in seconds. */
export function levelMaxAges(
  client: Client | undefined,
): Readonly<Partial<Record<string, number>>> {
  return MaxAges.safeParse(client?.['panjereh_level_max_age']).data ?? {}
}

const REGISTRATION = /^(registration|client_update)$/

/** Refuses our policy from a client's own mouth, and wrong values from anybody. */
export function validateClientPolicy(
  ctx: KoaContextWithOIDC | undefined,
  key: string,
  value: unknown,
  metadata: ClientMetadata,
): void {
  if (value === undefined) return
  if (isOurs(key) && REGISTRATION.test(String(ctx?.oidc?.route)) && isFromRequest(ctx, key)) {
    throw new errors.InvalidClientMetadata(`${key} is given by the operator, not by registration`)
  }
  if (CHECKS[key]?.(value) === false) throw new errors.InvalidClientMetadata(`${key} is invalid`)
  if (key === 'panjereh_profile') applyProfile(metadata)
}

function isFromRequest(ctx: KoaContextWithOIDC | undefined, key: string): boolean {
  const body = ctx?.oidc?.body
  return body !== undefined && key in body
}

function isOurs(key: string): boolean {
  return CLIENT_POLICY.some((name) => name === key)
}

const grantedScopes = (client: Client | undefined): readonly unknown[] => {
  const granted = client?.['panjereh_claims']
  return Array.isArray(granted) ? granted : []
}

/** Whether a client may have a claim: guarded ones by leave of the operator alone. */
export function allowedClaims(client: Client | undefined): (name: string) => boolean {
  const granted = grantedScopes(client)
  const given = GUARDED_SCOPES.filter((scope) => granted.includes(scope))
  const guarded = GUARDED_SCOPES.flatMap((scope): readonly string[] => SCOPE_CLAIMS[scope])
  const own = given.flatMap((scope): readonly string[] => SCOPE_CLAIMS[scope])
  return (name) => !guarded.includes(name) || own.includes(name)
}

/** The guarded scopes and claims that a request asks for without leave. */
export function forbiddenIn(
  client: Client | undefined,
  scopes: Iterable<string>,
  claims: Iterable<string>,
): readonly string[] {
  const granted = grantedScopes(client)
  const isAllowed = allowedClaims(client)
  const isGuarded = (scope: string) => GUARDED_SCOPES.some((one) => one === scope)
  return [
    ...[...scopes].filter((scope) => isGuarded(scope) && !granted.includes(scope)),
    ...[...claims].filter((claim) => !isAllowed(claim)),
  ]
}
