import { isDeepStrictEqual } from 'node:util'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { AuthorizationDetails } from '../assurance/level.ts'
import { hasAct, isAct } from './acts.ts'
import { stepUpResult } from './step-up-result.ts'

/** base64 or base64url of 32 bytes. */
const Hash = z.string().regex(/^[A-Za-z0-9+/_-]{43}=?$/)

/** RFC 9396: the types that a request may carry. A newcomer is one line. */
const TYPES: Readonly<Record<string, z.ZodType>> = {
  /** A service that the citizen is about to ask for: what tracking opens a case by. */
  'ir.service_request': z.strictObject({
    type: z.literal('ir.service_request'),
    service: z.string().min(1).max(64),
    request_ref: z.string().min(1).max(64).optional(),
  }),
  /** A text that the citizen signs, with everything that he agrees to. */
  'ir.transaction': z.strictObject({
    type: z.literal('ir.transaction'),
    text: z.string().min(1).max(4000),
    ref: z.string().min(1).max(64).optional(),
    format: z.enum(['JAdES', 'CAdES']).optional(),
  }),
  /** Documents that lie in the signing service (docs/signing-service.md). */
  'ir.signature_request': z.strictObject({
    type: z.literal('ir.signature_request'),
    request: z.string().min(1).max(64),
  }),
  /** CSC API v2: signature activation data for hashes that the client has made itself. */
  credential: z
    .strictObject({
      type: z.literal('credential'),
      credentialID: z.string().min(1).max(128).optional(),
      // No signatureQualifier: we promise no kind of signature by name.
      numSignatures: z.number().int().min(1).max(50).optional(),
      hashAlgorithmOID: z.literal('2.16.840.1.101.3.4.2.1'),
      documentDigests: z
        .array(z.strictObject({ hash: Hash, label: z.string().min(1).max(200) }))
        .min(1)
        .max(50),
      locations: z.array(z.url()).max(10).optional(),
    })
    .refine(
      ({ numSignatures, documentDigests: { length } }) => (numSignatures ?? length) === length,
      { path: ['numSignatures'], error: 'one for each of documentDigests' },
    ),
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

/** What came of them, where the person has acted upon them already; without what he has not consented to. */
function answered(ctx: KoaContextWithOIDC): readonly unknown[] | undefined {
  const { consent } = (ctx.oidc.result ?? {}) as { consent?: { signedOnly?: boolean } }
  const details = stepUpResult(ctx)?.details
  return (consent?.signedOnly ? details?.filter(isAct) : details) ?? requested(ctx)
}

/** What a page of consent has to ask about: whoever signs has said yes to what he signs. */
export function detailsToConsent(ctx: KoaContextWithOIDC): AuthorizationDetails {
  return (requestedDetails(ctx) ?? []).filter((detail) => !isAct(detail))
}

/** As the request has them; undefined when there are none, or none that can be read. */
export function requestedDetails(ctx: KoaContextWithOIDC): AuthorizationDetails | undefined {
  const { data } = Details.safeParse(parsedJson(String(ctx.oidc.params?.['authorization_details'])))
  return data
}

const Details = z.array(z.record(z.string(), z.unknown()))

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
export function authorizationDetails(canSign: boolean) {
  const types = Object.keys(TYPES).filter((type) => canSign || !hasAct([{ type }]))
  return {
    enabled: true,
    types: Object.fromEntries(types.map((type) => [type, { validate: check(type) }])),
    authorizationDetailsForGrantSource: (ctx: KoaContextWithOIDC) => answered(ctx),
    authorizationDetailsForAccessToken: (
      ctx: KoaContextWithOIDC,
      _token: unknown,
      source: Granted | undefined,
    ) => narrowed(ctx, source),
    authorizationDetailsForIntrospection: (_ctx: KoaContextWithOIDC, source: Granted) => source.rar,
  }
}
