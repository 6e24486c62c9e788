import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'

/** RFC 9396: the types that a request may carry. A newcomer is one line. */
const TYPES: Readonly<Record<string, z.ZodType>> = {
  /** A service that the citizen is about to ask for: what tracking opens a case by. */
  'ir.service_request': z.strictObject({
    type: z.literal('ir.service_request'),
    service: z.string().min(1).max(64),
    request_ref: z.string().min(1).max(64).optional(),
  }),
}

interface Granted {
  readonly rar?: readonly unknown[]
}

function check(type: string) {
  return (_ctx: KoaContextWithOIDC, detail: unknown): void => {
    const parsed = TYPES[type]?.safeParse(detail)
    if (parsed?.success) return
    const fault = parsed?.error.issues[0]
    throw new errors.InvalidAuthorizationDetails(
      `${type}: ${fault?.path.join('.') ?? ''} ${fault?.message ?? 'is not supported'}`,
    )
  }
}

/** What was consented to is what is granted: nothing is added or dropped on the way to the token. */
export function authorizationDetails() {
  const kept = (_ctx: KoaContextWithOIDC, source: Granted) => source.rar
  return {
    enabled: true,
    types: Object.fromEntries(Object.keys(TYPES).map((type) => [type, { validate: check(type) }])),
    authorizationDetailsForGrantSource: (ctx: KoaContextWithOIDC) =>
      (ctx.oidc.entities.Grant as Granted | undefined)?.rar,
    authorizationDetailsForAccessToken: (
      ctx: KoaContextWithOIDC,
      _token: unknown,
      source: Granted,
    ) => kept(ctx, source),
    authorizationDetailsForIntrospection: kept,
  }
}
