import type { Gender } from './civil-registry.ts'
import type { Identifier } from './identifier.ts'
import type { RegistryAnswer } from './registry-answer.ts'

/** The registry's own words about one foreign national. */
export interface ForeignerRecord {
  readonly givenName: string
  readonly familyName: string
  readonly fatherName?: string
  readonly gender?: Gender
  /** ISO 8601, Gregorian. */
  readonly birthDate: string
  /** ISO 3166-1 alpha-3. */
  readonly nationality: string
  readonly isAlive: boolean
  /** ISO 8601: the last day on which the document is good; absent: no end. */
  readonly validUntil?: string
  /** The unique code and its issuer, when the person was found by another document. */
  readonly uniqueCode?: { readonly value: string; readonly issuer: string }
}

/** Who is here from elsewhere (Ministry of Interior). */
export interface ForeignersRegistry {
  /** `document`: `foreign_id`, `passport` or `refugee_document`; `birthDate`: ISO 8601, Gregorian. */
  lookUp(document: Identifier, birthDate: string): Promise<RegistryAnswer<ForeignerRecord>>
}
