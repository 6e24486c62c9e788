import type { RegistryAnswer } from './registry-answer.ts'

export type Gender = 'male' | 'female'

/** The registry's own words about one Iranian. */
export interface CivilRecord {
  readonly givenName: string
  readonly familyName: string
  readonly fatherName?: string
  readonly gender?: Gender
  /** ISO 8601, Gregorian: YYYY-MM-DD. */
  readonly birthDate: string
  readonly isAlive: boolean
  /** The name was another one before. */
  readonly former?: {
    readonly givenName?: string
    readonly familyName?: string
    /** `maiden`: by marriage; `change`: by decision of the registry. */
    readonly reason: 'maiden' | 'change'
  }
  /** Of the registered home. */
  readonly postCode?: string
}

export interface Portrait {
  readonly type: 'image/jpeg' | 'image/png'
  readonly body: Uint8Array
}

/** Who is born when, what they are called, and whether they live (Sabt-e Ahval). */
export interface CivilRegistry {
  /** `nationalId`: 10 digits; `birthDate`: ISO 8601, Gregorian. A mismatch does not say which of the two. */
  lookUp(nationalId: string, birthDate: string): Promise<RegistryAnswer<CivilRecord>>
  /** Permitted separately: else `indeterminate` with `not_permitted`. */
  portrait(nationalId: string, birthDate: string): Promise<RegistryAnswer<Portrait>>
}
