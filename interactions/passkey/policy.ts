export interface PasskeyPolicy {
  /** The window's host: a passkey made here works nowhere else. */
  readonly rpId: string
  readonly rpName: string
  readonly origin: string
}

export const LIFETIME_MS = 120_000
