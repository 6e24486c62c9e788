import type { Gender } from './civil-registry.ts'
import type { Identifier } from './identifier.ts'
import type { PostalAddress } from './post-code-registry.ts'
import type { RegistryReceipt } from './registry-answer.ts'
import type { ServiceEvent } from './event-sink.ts'
import type { PersonType } from './subject-store.ts'

/** What the registries say of a person, as of the last check. */
export interface Attributes {
  readonly givenName: string
  readonly familyName: string
  readonly fatherName?: string
  readonly gender?: Gender
  /** ISO 8601, Gregorian. */
  readonly birthDate: string
  /** ISO 3166-1 alpha-3; absent for Iranians. */
  readonly nationality?: string
  readonly address?: PostalAddress
}

/** A registry that said yes, and what it was asked. */
export interface RegistryCheck extends RegistryReceipt {
  readonly registry: 'subscribers' | 'civil' | 'foreigners' | 'post_codes'
}

/** Who a subject is, proved by the registries; bound to the subject once and for ever. */
export interface Identity {
  readonly subjectId: string
  readonly personType: PersonType
  /** `national_id`, `foreign_id`, `passport` or `refugee_document`. */
  readonly identifier: Identifier
  /** By which the registries are asked, where it is not the identifier itself. */
  readonly document?: Identifier
  readonly attributes: Attributes
  readonly checks: readonly RegistryCheck[]
  /** Milliseconds since the epoch: when it was bound, and when the registries last said yes. */
  readonly boundAt: number
  readonly checkedAt: number
  /** Set when a later check said no; the identity stays bound. Proofs made before `at` are void. */
  readonly lowered?: { readonly reason: LoweredReason; readonly at: number }
}

/** `number_moved`: the mobile number is somebody else's now. */
export type LoweredReason = 'deceased' | 'number_moved' | 'document_expired' | 'not_found'

export interface IdentityStore {
  ofSubject(subjectId: string): Promise<Identity | undefined>
  /** A check of a bound identity said no: one transaction with its events. Repeating it changes nothing. */
  lower(
    subjectId: string,
    reason: LoweredReason,
    at: number,
    events: readonly ServiceEvent[],
  ): Promise<void>
  /** Subjects that were lowered and whose sessions have not been ended yet: some of them, oldest first. */
  untold(most: number): Promise<readonly string[]>
  told(subjectId: string, at: number): Promise<void>
}
