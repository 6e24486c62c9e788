import type { Visit } from '../../src/assurance/level.ts'
import type { Identity } from '../../src/ports/identity-store.ts'
import { personSubject, type PersonName } from '../../src/signing/x509/subject-name.ts'

export function subjectOf({ subjectId }: Visit): string {
  if (subjectId === undefined) throw new TypeError('level 4 comes after level 3')
  return subjectId
}

/** By which name the certificate will go; undefined when level 2 does not know who this is (any more), or by a name
 *  that no certificate can carry. */
export function personIn(identity: Identity | undefined): PersonName | undefined {
  if (identity === undefined || identity.lowered !== undefined) return undefined
  const { givenName, familyName } = identity.attributes
  const person = { givenName, familyName, number: identity.identifier.value }
  return isFit(person) ? person : undefined
}

function isFit(person: PersonName): boolean {
  try {
    personSubject(person)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

export const shownNameOf = ({ givenName, familyName }: PersonName) => `${givenName} ${familyName}`
