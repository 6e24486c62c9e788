import type { ServiceEvent } from './event-sink.ts'
import type { KeyStore } from './key-store.ts'
import type { RevocationReason } from './revocation-checker.ts'
import type { SigningAlgorithm } from './signer.ts'

/** Whose seal it is: the window's own, or that of a client. */
export type SealOwner = 'window' | `client:${string}`

/** `renewed`: another took its place; what it sealed stays good. Otherwise it is revoked. */
export type SealEnd = RevocationReason | 'renewed'

/** A key of a legal person and the certificate that names it (eIDAS article 3(25), ETSI EN 319 412-3). */
export interface Seal {
  readonly id: string
  readonly owner: SealOwner
  readonly organization: {
    /** As it stands in the certificate. */
    readonly name: string
    /** By ETSI EN 319 412-1 section 5.1.4, such as `NTRIR-14000000120`. */
    readonly identifier: string
  }
  /** The key's name in the key store. */
  readonly keyId: string
  readonly alg: SigningAlgorithm
  readonly protection: KeyStore['protection']
  /** DER, its own first, then each issuer up to (and without) the trust anchor. */
  readonly certificateChain: readonly Uint8Array[]
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number
  readonly expiresAt: number
  readonly ended?: { readonly at: number; readonly reason: SealEnd }
}

/** What an authority was asked for and has not decided yet: the same is sent again (RFC 7030 section 4.2.3). */
export interface SealRequest extends Pick<
  Seal,
  'id' | 'owner' | 'organization' | 'keyId' | 'alg' | 'protection' | 'createdAt'
> {
  /** DER SubjectPublicKeyInfo, and PKCS#10. */
  readonly publicKey: Uint8Array
  readonly request: Uint8Array
}

/** Few: one in force for each owner. */
export interface SealStore {
  /** Durable together with its events, and with the end (`renewed`) of the one that it replaces. False when the owner
   *  has (another) one already: then nothing is written. What was still to be decided for the owner goes. */
  add(seal: Seal, replaces: string | undefined, events: readonly ServiceEvent[]): Promise<boolean>
  /** The one that has not ended; it may have expired. */
  inForce(owner: SealOwner): Promise<Seal | undefined>
  /** Newest first. */
  list(which: 'all' | 'in_force'): Promise<readonly Seal[]>
  /** True for the first who ends it: its events are written then, and only then. */
  end(
    id: string,
    ended: NonNullable<Seal['ended']>,
    events: readonly ServiceEvent[],
  ): Promise<boolean>
  /** Ended ones of which the authority or the key store does not know yet: some of them, in no order. */
  untold(most: number): Promise<readonly Seal[]>
  /** Both know now. Safe to repeat: its events are written the first time, and only then. */
  told(id: string, at: number, events: readonly ServiceEvent[]): Promise<void>
  /** What is still to be decided for this owner. */
  requested(owner: SealOwner): Promise<SealRequest | undefined>
  /** False when there is another one: then nothing is written. */
  remember(request: SealRequest): Promise<boolean>
  /** Safe to repeat. */
  forget(id: string): Promise<void>
}
