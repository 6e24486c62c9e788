import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { RepresentationLaw } from '../assurance/representation.ts'
import type { Representation } from '../ports/representation-store.ts'
import { sectorOf, type PairwiseSubjects } from './pairwise.ts'

/** What a token belongs to. `iiat`: when the first of a family of refresh tokens was issued. Seconds. */
export interface GrantedToken {
  readonly grantId?: string
  readonly scope?: string
  readonly iat?: number
  readonly iiat?: number
}

export type Represented =
  | { readonly kind: 'none' }
  | { readonly kind: 'for'; readonly representation: Representation }
  /** The mandate has ended, or another choice was made since. */
  | { readonly kind: 'over' }

/** For whom the bearer of a token acts. A token never comes to speak for somebody else: not after another choice,
 *  nor after the mandate's end. */
export function representees(law: RepresentationLaw, pairwise: PairwiseSubjects) {
  async function of(token: GrantedToken | undefined): Promise<Represented> {
    const { grantId, scope = '', iat = 0, iiat = iat } = token ?? {}
    if (grantId === undefined || !scope.split(' ').includes('legal_person')) return { kind: 'none' }
    const standing = await law.standing(grantId)
    if (standing.kind === 'away') {
      throw new errors.TemporarilyUnavailable('the registry of legal entities does not answer')
    }
    if (standing.kind === 'open') return { kind: 'over' }
    const { representation } = standing
    if (Math.floor(representation.chosenAt / 1000) > iiat) return { kind: 'over' }
    return { kind: 'for', representation }
  }

  /** Like the `act` of RFC 8693 section 4.1 the other way round: `sub` stays the person who signed in, and this
   *  is for whom. Its own `sub` is pairwise, too. */
  function claimOf(ctx: KoaContextWithOIDC, { mandate, entityId, checkedAt }: Representation) {
    const { client } = ctx.oidc
    if (mandate === undefined || entityId === undefined || client === undefined) return undefined
    const { entity, role, powers, isJoint, validUntil } = mandate
    return {
      sub: pairwise.subOf(entityId, sectorOf(client)),
      person_type: entity.kind,
      name: entity.name,
      legal_id: entity.legalId,
      role,
      powers,
      joint: isJoint,
      ...(validUntil ? { valid_until: validUntil } : {}),
      checked_at: Math.floor(checkedAt / 1000),
    }
  }

  return { of, claimOf }
}

export type Representees = ReturnType<typeof representees>
