import type { ServiceEvent } from './event-sink.ts'
import type { Identifier } from './identifier.ts'
import type { Identity } from './identity-store.ts'

/** What was checked, by what, with which result: the only ground on which an `acr` is ever given. */
export interface Evidence {
  readonly rank: number
  /** The rung that proved it, e.g. `otp`, `passkey`, `registry`. */
  readonly method: string
  /** Authentication method references, RFC 8176. */
  readonly amr: readonly string[]
  /** Milliseconds since the epoch. */
  readonly provedAt: number
  /** Name and version of the verifier, e.g. `otp/1`. */
  readonly verifier: string
  /** Sealed at rest. No secrets, no raw biometrics. */
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

/** Who the person is, as the registries say. */
export interface ProvedIdentity extends Pick<
  Identity,
  'identifier' | 'document' | 'personType' | 'attributes' | 'checks'
> {
  /** The number (E.164) that the registry confirmed for this person. */
  readonly mobile: string
  /** The person has agreed: this number goes to the account of this identity, from wherever it is. */
  readonly mayMove: boolean
}

/** One rung, climbed. A rung that identifies names the person by `identifier`, the others by `subjectId`. */
export interface NewProof {
  readonly subjectId?: string
  readonly identifier?: Identifier
  readonly evidence: readonly Evidence[]
  /** Written in the same transaction; the store fills in `subjectId`. */
  readonly events: readonly ServiceEvent[]
  /** An identifier last proved longer ago than this (milliseconds) is taken for recycled: it is
   *  detached from its old subject and starts a new one. */
  readonly recycledAfter?: number
}

/** A rung that learnt who the subject is. */
export interface NewIdentityProof extends NewProof {
  readonly subjectId: string
  readonly identity: ProvedIdentity
}

export interface KeptProof {
  readonly subjectId: string
  readonly evidenceIds: readonly string[]
  readonly isNewSubject: boolean
}

/** The identity is another subject's, or the subject has another one, and nobody agreed to a move: nothing
 *  was written. */
export type IdentityConflict = 'identity_conflict'

/** Which of a person's evidence; all of it where nothing is said. */
export interface EvidenceFilter {
  readonly rank?: number
  readonly method?: string
  /** Milliseconds since the epoch; what was proved then, or later. */
  readonly since?: number
  /** The newest are given first, unless the oldest are asked for. */
  readonly order?: 'newest' | 'oldest'
  readonly most?: number
}

export interface EvidenceStore {
  /** One transaction: subject found or made, evidence and events written; all or nothing. Two at
   *  once for one identifier end with one subject. */
  keep(proof: NewProof): Promise<KeptProof>
  /** Likewise, and binds the identity to its subject once and for ever. The subject that comes back is another
   *  one when the person agreed that his number moves. */
  keepIdentity(proof: NewIdentityProof): Promise<KeptProof | IdentityConflict>
  ofSubject(subjectId: string, which?: EvidenceFilter): Promise<readonly Evidence[]>
}
