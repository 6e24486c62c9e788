import type { Identifier } from './identifier.ts'
import type { RegistryAnswer } from './registry-answer.ts'

export interface LegalEntity {
  /** 11 digits. */
  readonly legalId: string
  readonly name: string
  readonly kind: 'legal_ir' | 'legal_foreign'
  readonly isActive: boolean
}

export const MANDATE_POWERS = ['represent', 'sign', 'finance'] as const
export type MandatePower = (typeof MANDATE_POWERS)[number]

/** That a natural person may act for an entity now. */
export interface Mandate {
  /** The registry's own name of the mandate. */
  readonly id: string
  readonly entity: LegalEntity
  readonly role: 'managing_director' | 'board_member' | 'attorney'
  readonly powers: readonly MandatePower[]
  /** With somebody else's consent only. */
  readonly isJoint: boolean
  /** ISO 8601: its last day; absent: until further notice. */
  readonly validUntil?: string
}

/** Companies and other legal persons, and who acts for them (ilenc.ssaa.ir). */
export interface LegalEntityRegistry {
  /** The mandates in force of this natural person; an empty list is a `match`, too. */
  mandatesOf(person: Identifier): Promise<RegistryAnswer<readonly Mandate[]>>
}
