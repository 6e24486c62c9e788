import { isDeepStrictEqual } from 'node:util'
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

function requested({ oidc }: KoaContextWithOIDC): readonly unknown[] | undefined {
  const details = oidc.params?.['authorization_details']
  if (typeof details !== 'string') return undefined
  const parsed = z.array(z.unknown()).safeParse(parsedJson(details))
  if (parsed.success) return parsed.data
  throw new errors.InvalidAuthorizationDetails('authorization_details must be a JSON array')
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Section 6: a token request may ask for less than was granted, and never for anything else. */
function narrowed(ctx: KoaContextWithOIDC, source: Granted | undefined) {
  const asked = requested(ctx)
  const granted = source?.rar ?? []
  if (asked === undefined) return source?.rar
  if (asked.every((detail) => granted.some((one) => isDeepStrictEqual(one, detail)))) return asked
  throw new errors.InvalidAuthorizationDetails('these details were not granted')
}

/** What this request asked for and was consented to is what is granted: nothing is added, also not what an
 *  earlier request asked for, and nothing is dropped on the way to the token. */
export function authorizationDetails() {
  return {
    enabled: true,
    types: Object.fromEntries(Object.keys(TYPES).map((type) => [type, { validate: check(type) }])),
    authorizationDetailsForGrantSource: (ctx: KoaContextWithOIDC) => requested(ctx),
    authorizationDetailsForAccessToken: (
      ctx: KoaContextWithOIDC,
      _token: unknown,
      source: Granted | undefined,
    ) => narrowed(ctx, source),
    authorizationDetailsForIntrospection: (_ctx: KoaContextWithOIDC, source: Granted) => source.rar,
  }
}
