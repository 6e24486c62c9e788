import { ageOn, tehranDate } from '../../src/identity/jalali-date.ts'
import type { Indeterminate, RegistryAnswer } from '../../src/ports/registry-answer.ts'
import type { Stop } from './state.ts'

/** What matters of a person for the level, whichever registry knows him. */
export interface Standing {
  readonly birthDate: string
  readonly isAlive: boolean
  /** ISO 8601: the last day of the document. */
  readonly validUntil?: string
}

export type Verdict =
  | { readonly kind: 'yes' }
  /** `number`: the number is not this person's; `person`: there is no such person. */
  | { readonly kind: 'no'; readonly about: 'number' | 'person' }
  | { readonly kind: 'stopped'; readonly why: Stop }
  | { readonly kind: 'away'; readonly reason: Indeterminate; readonly retryAt?: number }

interface Answers<Found extends Standing> {
  readonly number: RegistryAnswer
  readonly person: RegistryAnswer<Found>
}

/** Both must say yes. What a registry knows of a person beyond that is told only to one whose number is that
 *  person's, so that nobody learns by guessing who has died. A registry that is away decides first: else a
 *  "no" of the other one would be an answer about one of the two alone. */
export function verdict<Found extends Standing>(
  { number, person }: Answers<Found>,
  { now, minimumAge }: { readonly now: number; readonly minimumAge: number },
): Verdict {
  const isMultiple = person.kind === 'indeterminate' && person.reason === 'multiple'
  if (number.kind === 'indeterminate') return away(number)
  if (person.kind === 'indeterminate' && !isMultiple) return away(person)
  if (number.kind === 'mismatch') return { kind: 'no', about: 'number' }
  if (isMultiple) return { kind: 'stopped', why: 'multiple' }
  if (person.kind !== 'match') return { kind: 'no', about: 'person' }
  const why = stop(person.found, tehranDate(now), minimumAge)
  return why === undefined ? { kind: 'yes' } : { kind: 'stopped', why }
}

function away({ reason, retryAt }: Extract<RegistryAnswer, { kind: 'indeterminate' }>): Verdict {
  return { kind: 'away', reason, retryAt }
}

function stop(
  { isAlive, birthDate, validUntil }: Standing,
  today: string,
  minimumAge: number,
): Stop | undefined {
  if (!isAlive) return 'deceased'
  if (ageOn(birthDate, today) < minimumAge) return 'minor'
  if (validUntil !== undefined && validUntil < today) return 'document_expired'
  return undefined
}
