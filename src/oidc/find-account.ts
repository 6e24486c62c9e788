import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import type { AcrNames } from '../assurance/acr.ts'
import type { AuthorizationDetails } from '../assurance/level.ts'
import { levelTimes } from '../assurance/standing.ts'
import { answerVerifiedClaims } from '../assurance/verified-claims.ts'
import type { Identity } from '../ports/identity-store.ts'
import { actClaims } from './acts.ts'
import { allowedClaims } from './client-policy.ts'
import type { GrantedToken, Representees } from './representee.ts'
import { identityClaims, SCOPE_CLAIMS, verifiedOf } from './identity-claims.ts'
import type { OidcPorts } from './settings.ts'

/** A code, refresh token or device code: what a token's level is frozen in. */
export interface LevelSource extends GrantedToken {
  readonly accountId?: string
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly authTime?: number
  readonly sessionUid?: string
  /** Authorization details as granted. */
  readonly rar?: AuthorizationDetails
}

type Needs = Pick<OidcPorts, 'clock' | 'identities' | 'subjects' | 'sessionLevels'>

/** Seconds since the epoch for each level up to the token's own, by acr name: our claim `acr_auth_time`. */
export function acrAuthTimes(ports: Pick<OidcPorts, 'sessionLevels'>, acr: AcrNames) {
  return async (source: LevelSource): Promise<Record<string, number> | undefined> => {
    const { accountId, sessionUid, authTime } = source
    const rank = acr.rankOf(source.acr ?? '')
    if (!accountId || !sessionUid || authTime === undefined || rank === undefined) return undefined
    const proofs = await ports.sessionLevels.held(sessionUid, accountId)
    const times = [...levelTimes(proofs, rank, authTime)]
    return Object.fromEntries(times.map(([level, at]) => [acr.nameOf(level), at]))
  }
}

/** Claims from what was proved, never from what was typed. At a level a token shows only what was proved
 *  at that level or below: the holder of a recycled number learns nothing of its former owner. */
export function findAccount(ports: Needs, acr: AcrNames, represented: Representees) {
  const timesOf = acrAuthTimes(ports, acr)

  return async (
    ctx: KoaContextWithOIDC,
    sub: string,
    token?: object,
  ): Promise<Account | undefined> => {
    const subject = await ports.subjects.find(sub)
    if (subject?.status !== 'active') return undefined
    const source = token as ClaimSource | undefined
    const rank = acr.rankOf(acrOf(source) ?? '') ?? 0
    const bearer = await represented.of(source)
    if (bearer.kind === 'over' || (rank > 1 && (await isLowered(sub)))) return undefined
    return {
      accountId: sub,
      async claims(use, scope, claims) {
        const wanted = wantedClaims(scope, claims)
        const identity =
          rank > 1 && wanted.isIdentity ? await ports.identities.ofSubject(sub) : undefined
        const mobile = wanted.isPhone || identity ? await mobileOf(sub) : undefined
        const known = {
          ...(wanted.isPhone ? phoneClaims(mobile) : {}),
          ...(identity ? identityClaims(identity, mobile) : {}),
        }
        return {
          sub,
          ...(use === 'id_token' && source
            ? { acr_auth_time: await timesOf(source), ...actClaims(source.rar) }
            : {}),
          ...permitted(ctx, known),
          ...(bearer.kind === 'for'
            ? { representee: represented.claimOf(ctx, bearer.representation) }
            : {}),
          ...(identity ? verified(ctx, { identity, mobile }, wanted.verified) : {}),
        }
      },
    }
  }

  /** What a later check said against it holds for tokens of before, too: none of them says level 2 again. */
  async function isLowered(sub: string): Promise<boolean> {
    return (await ports.identities.ofSubject(sub))?.lowered !== undefined
  }

  /** The one that was proved last. */
  async function mobileOf(sub: string): Promise<string | undefined> {
    const identifiers = await ports.subjects.identifiers(sub)
    return identifiers.findLast(({ type }) => type === 'mobile')?.value
  }

  function verified(ctx: KoaContextWithOIDC, known: Known, request: unknown) {
    if (request === undefined) return {}
    const { verification, claims } = verifiedOf(known.identity, known.mobile, acr.nameOf(2))
    const available = { verification, claims: permitted(ctx, claims) }
    const answer = answerVerifiedClaims(request, available, ports.clock.now())
    return answer === undefined ? {} : { verified_claims: answer }
  }
}

interface Known {
  readonly identity: Identity
  readonly mobile: string | undefined
}

/** Of an access token the level stands among what we added to it. */
type ClaimSource = LevelSource & { readonly extra?: { readonly acr?: unknown } }

function acrOf(source: ClaimSource | undefined): string | undefined {
  const acr = source?.acr ?? source?.extra?.acr
  return typeof acr === 'string' ? acr : undefined
}

type Asked = Readonly<Record<string, unknown>>
const IDENTITY_SCOPES: readonly string[] = Object.keys(SCOPE_CLAIMS).filter(
  (scope) => !['openid', 'phone', 'legal_person'].includes(scope),
)
const IDENTITY_CLAIMS: readonly string[] = IDENTITY_SCOPES.flatMap(
  (scope) => SCOPE_CLAIMS[scope as keyof typeof SCOPE_CLAIMS],
)

/** Nothing is read from the stores that no one asks for. */
function wantedClaims(scope: string, claims: Asked = {}) {
  const scopes = scope.split(' ')
  const verified = claims['verified_claims']
  const asks = (names: readonly string[]) => names.some((name) => Object.hasOwn(claims, name))
  return {
    verified,
    isPhone: scopes.includes('phone') || asks(SCOPE_CLAIMS.phone),
    isIdentity:
      verified !== undefined ||
      scopes.some((one) => IDENTITY_SCOPES.includes(one)) ||
      asks(IDENTITY_CLAIMS),
  }
}

/** The state's own numbers of a person go only to clients that were given leave. */
function permitted(ctx: KoaContextWithOIDC, claims: Asked): Asked {
  const allowed = allowedClaims(ctx.oidc.client)
  return Object.fromEntries(Object.entries(claims).filter(([name]) => allowed(name)))
}

/** OIDC Core 5.1: E.164; verified, since level 1 is the proof of it. */
function phoneClaims(mobile: string | undefined) {
  return mobile ? { phone_number: mobile, phone_number_verified: true } : {}
}
