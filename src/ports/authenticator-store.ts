/** A passkey of a subject (WebAuthn Level 3 credential record). */
export interface Passkey {
  /** base64url. */
  readonly credentialId: string
  readonly subjectId: string
  /** COSE key, base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly isBackedUp: boolean
  readonly createdAt: number
  readonly lastUsedAt?: number
}

export interface AuthenticatorStore {
  add(passkey: Passkey): Promise<void>
  find(credentialId: string): Promise<Passkey | undefined>
  ofSubject(subjectId: string): Promise<readonly Passkey[]>
  /** False when the stored counter is already higher: a copied authenticator. */
  used(credentialId: string, counter: number, at: number): Promise<boolean>
  remove(subjectId: string, credentialId: string): Promise<void>
}
