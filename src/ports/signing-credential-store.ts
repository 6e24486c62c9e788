import type { NewNotice } from './citizen-notices.ts'
import type { ServiceEvent } from './event-sink.ts'
import type { KeyStore } from './key-store.ts'
import type { RevocationReason } from './revocation-checker.ts'
import type { SigningAlgorithm } from './signer.ts'

/** A key of one person and the certificate that names him (a "credential" of CSC API v2, section 11.4). */
export interface SigningCredential {
  readonly id: string
  readonly subjectId: string
  /** The key's name in the key store. */
  readonly keyId: string
  readonly alg: SigningAlgorithm
  readonly protection: KeyStore['protection']
  /** DER, the person's own first, then each issuer up to (and without) the trust anchor. */
  readonly certificateChain: readonly Uint8Array[]
  /** WebAuthn credential ids (base64url) that may activate it, in the order in which they were bound. */
  readonly passkeys: readonly string[]
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number
  readonly expiresAt: number
  readonly revoked?: { readonly at: number; readonly reason: RevocationReason }
}

export interface SigningCredentialStore {
  /** Durable together with its events and the notice for its owner, if there is one. */
  add(
    credential: SigningCredential,
    events: readonly ServiceEvent[],
    notice?: NewNotice,
  ): Promise<void>
  find(id: string): Promise<SigningCredential | undefined>
  /** Newest first, revoked and expired ones too. */
  ofSubject(subjectId: string): Promise<readonly SigningCredential[]>
  /** One more passkey may activate it. False when the credential is gone or revoked. Safe to repeat. */
  bindPasskey(id: string, passkey: string, events: readonly ServiceEvent[]): Promise<boolean>
  /** True for the first who revokes it: its events and the notice are written then, and only then. */
  revoke(
    id: string,
    revoked: NonNullable<SigningCredential['revoked']>,
    events: readonly ServiceEvent[],
    notice?: NewNotice,
  ): Promise<boolean>
  /** Revoked ones of which the authority or the key store does not know yet: some of them, in no order,
   *  so that one of which nobody can be told stands in no other's way. */
  untold(most: number): Promise<readonly SigningCredential[]>
  /** Both know now. Safe to repeat: its events are written the first time, and only then. */
  told(id: string, at: number, events: readonly ServiceEvent[]): Promise<void>
}
