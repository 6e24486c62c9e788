import { createHash } from 'node:crypto'
import type { Locale } from '../../src/identity/locale.ts'
import type { Passkey } from '../../src/ports/authenticator-store.ts'
import type { Evidence } from '../../src/ports/evidence-store.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { Facts } from './act.ts'

/** Changes when the rule does by which level 4 is given. */
export const VERIFIER = 'signature/1'

export interface Signed {
  readonly credential: SigningCredential
  /** Which said yes. */
  readonly passkey: Passkey | undefined
  readonly activationId: string
  readonly facts: Facts
  /** For which service, by the name that it had then: it may be gone when the person asks. */
  readonly service: { readonly id: string; readonly names: Readonly<Record<Locale, string>> }
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What a judge starts from: the activation holds the assertion, the documents hold the signatures. */
export function evidenceOf(
  { credential, passkey, activationId, facts, service, at }: Signed,
  lifetimeSeconds: number,
): Evidence {
  const [certificate = new Uint8Array()] = credential.certificateChain
  return {
    rank: 4,
    method: 'signature',
    // RFC 8176: user verification by the passkey joins the key.
    amr: [passkey?.isBackedUp === false ? 'hwk' : 'swk', 'user', 'mfa'],
    provedAt: at,
    verifier: VERIFIER,
    detail: {
      result: 'proved',
      credential: credential.id,
      certificate_sha256: createHash('sha256').update(certificate).digest('hex'),
      protection: credential.protection,
      activation: activationId,
      client: service.id,
      client_name_fa: service.names.fa,
      client_name_en: service.names.en,
      ...facts,
      ...(lifetimeSeconds > 0 ? { expires_at: at + lifetimeSeconds * 1000 } : {}),
    },
  }
}
