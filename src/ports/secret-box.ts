/** Encryption at rest and keyed look-up of personal data. */
export interface SecretBox {
  /** AES-256-GCM. `context` is associated data that binds the envelope to its row and column.
   *  The envelope names its key, so that keys can be rotated. */
  seal(plaintext: string, context: string): string
  /** Throws `sealed_data_unreadable` when the envelope, its key or its context is not right. */
  open(envelope: string, context: string): string
  /** True when the envelope was made with a key that is no longer the current one. */
  isStale(envelope: string): boolean
  /** HMAC-SHA-256 (base64url) under the look-up key; `purpose` separates the domains. */
  fingerprint(value: string, purpose: string): string
}
