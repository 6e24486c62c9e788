import type { NewNotice } from './citizen-notices.ts'
import type { ServiceEvent } from './event-sink.ts'

/** One person's yes to signing these very hashes and digests, once each (the signature activation data of EN 419
 *  241-1). */
export interface Activation {
  readonly id: string
  readonly subjectId: string
  readonly clientId: string
  /** Of the signing credential. */
  readonly credentialId: string
  /** base64url, of the bytes to be signed, in the order in which they were shown. */
  readonly hashes: readonly string[]
  /** base64url, of what others have prepared: each gives one signature, in whichever form is asked for first. */
  readonly digests: readonly string[]
  /** What was shown beside the documents; part of what the passkey signed. */
  readonly text: string
  /** The assertion and its policy, to be shown to a judge: JSON. */
  readonly proof: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** `hash`: of the bytes to be signed; `digest`: of what they are made from. The same 32 bytes agreed to as one are not
 *  agreed to as the other. */
export type ActivatedPart = 'hash' | 'digest'

/** What may still be signed. All of it is sealed at rest. */
export interface ActivationStore {
  /** Durable together with its events and the notice for the citizen, if there is one. `nonce`: false when an activation was made with it before, and nothing is
   *  written then: of several at once one wins. */
  add(
    activation: Activation,
    nonce: string,
    events: readonly ServiceEvent[],
    notice?: NewNotice,
  ): Promise<boolean>
  /** Undefined when it is not there; an expired one is there. */
  find(id: string): Promise<Activation | undefined>
  /** True for the first who asks for this one before the activation's end: atomically, once for ever, or as often as
   *  it was agreed to. */
  spend(id: string, part: ActivatedPart, value: string): Promise<boolean>
  /** How many were asked for so far; all of them when that is not known any more, a day after its end. */
  spent(id: string): Promise<number>
}
