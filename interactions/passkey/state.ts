import { z } from 'zod'

/** WebAuthn options as JSON, made by @simplewebauthn/server and handed to the browser as they are. */
export const PasskeyState = z.object({
  challenge: z.string(),
  /** PublicKeyCredentialRequestOptionsJSON or …CreationOptionsJSON, serialised. */
  options: z.string(),
  expiresAt: z.number(),
})
export type PasskeyState = z.infer<typeof PasskeyState>
/** Rung `passkey` (rank 1): page `assert`. Inputs: `assertion` (JSON), `action` = `otp`.
 *  Offer `passkey-offer`: page `register`. Inputs: `attestation` (JSON), `action` = `skip`. */
export const PASSKEY_ERRORS = ['passkey_failed', 'passkey_unknown', 'passkey_expired'] as const
export type PasskeyError = (typeof PASSKEY_ERRORS)[number]
