import type { Visit } from '../../src/assurance/level.ts'
import type { Identity } from '../../src/ports/identity-store.ts'
import type { Trier } from './guard.ts'
import type { Person } from './portraits.ts'
import type { FaceStop } from './state.ts'

export function trierOf({ subjectId, origin }: Visit): Trier {
  if (subjectId === undefined) throw new TypeError('level 3 comes after level 2')
  return { subjectId, origin }
}

/** Whose face and card are looked for, as level 2 knows it; or why there is nobody to look for. */
export function personIn(identity: Identity | undefined): Person | FaceStop {
  if (identity === undefined || identity.lowered !== undefined) return 'not_identified'
  const { personType, identifier, attributes } = identity
  if (personType !== 'natural_ir' || identifier.type !== 'national_id') return 'no_card'
  return { nationalId: identifier.value, birthDate: attributes.birthDate }
}
