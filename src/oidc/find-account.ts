import type { Account, KoaContextWithOIDC } from 'oidc-provider'
import type { AcrNames } from '../assurance/acr.ts'
import { levelTimes } from '../assurance/standing.ts'
import type { Identifier } from '../ports/identifier.ts'
import type { OidcPorts } from './settings.ts'

/** A code, refresh token or device code: what a token's level is frozen in. */
export interface LevelSource {
  readonly accountId?: string
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly authTime?: number
  readonly sessionUid?: string
}

type Needs = Pick<OidcPorts, 'subjects' | 'sessionLevels'>

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
export function findAccount(ports: Needs, acr: AcrNames) {
  const timesOf = acrAuthTimes(ports, acr)

  return async (
    _ctx: KoaContextWithOIDC,
    sub: string,
    token?: object,
  ): Promise<Account | undefined> => {
    const subject = await ports.subjects.find(sub)
    if (subject?.status !== 'active') return undefined
    return {
      accountId: sub,
      async claims(use, scope, claims) {
        const source = token as LevelSource | undefined
        const wantsPhone = scope.split(' ').includes('phone') || 'phone_number' in (claims ?? {})
        return {
          sub,
          ...(use === 'id_token' && source ? { acr_auth_time: await timesOf(source) } : {}),
          ...(wantsPhone ? phoneClaims(await ports.subjects.identifiers(sub)) : {}),
        }
      },
    }
  }
}

/** OIDC Core 5.1: E.164; verified, since level 1 is the proof of it. */
function phoneClaims(identifiers: readonly Identifier[]) {
  const mobile = identifiers.find((identifier) => identifier.type === 'mobile')
  return mobile ? { phone_number: mobile.value, phone_number_verified: true } : {}
}
