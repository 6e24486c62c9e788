/** Why a registry's answer is neither a yes nor a no. */
export const INDETERMINATE = [
  'timeout',
  'unavailable',
  'maintenance',
  'quota_exhausted',
  'overloaded',
  'malformed',
  'unknown_code',
  'multiple',
  'not_permitted',
] as const
export type Indeterminate = (typeof INDETERMINATE)[number]

/** By what an answer can be found again on both sides; it names nobody. */
export interface RegistryReceipt {
  /** Name and version of the adapter, e.g. `shahkar-gsb/1`. */
  readonly verifier: string
  /** As the registry was given it. */
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** SHA-256 of the answer as it came over the wire, base64url. */
  readonly answerHash: string
}

/** What a registry said. Only `match` lets anybody further: whatever is not understood is
 *  `indeterminate`, never a yes. */
export type RegistryAnswer<Found = true> =
  | { readonly kind: 'match'; readonly found: Found; readonly receipt: RegistryReceipt }
  | { readonly kind: 'mismatch'; readonly receipt: RegistryReceipt }
  | {
      readonly kind: 'indeterminate'
      readonly reason: Indeterminate
      /** Milliseconds since the epoch, when the registry or our own guard says so. */
      readonly retryAt?: number
    }
