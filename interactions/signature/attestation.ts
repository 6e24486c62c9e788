import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import type { AuthenticatorModel, StatusReport } from '../../src/ports/authenticator-models.ts'
import { certificatePath } from '../../src/signing/certificate-path.ts'

/** Why nobody vouches for a passkey. */
export type AttestationFault =
  /** Of the kind `none`, or vouched for by itself (WebAuthn Level 3, section 6.5.4). */
  | 'no_certificate'
  | 'model_unknown'
  /** Its certificate leads to no root of its model. */
  | 'not_of_this_model'
  /** The FIDO Alliance has said that the model is broken. */
  | 'model_compromised'

/** FIDO Metadata Service 3.0, section 3.1.4: with these a key may be another's, or used without its owner. */
const COMPROMISED: ReadonlySet<string> = new Set([
  'USER_VERIFICATION_BYPASS',
  'ATTESTATION_KEY_COMPROMISE',
  'USER_KEY_REMOTE_COMPROMISE',
  'USER_KEY_PHYSICAL_COMPROMISE',
  'REVOKED',
])

const MOST_CERTIFICATES = 8

/** Does the maker of the authenticator vouch for it (WebAuthn Level 3, section 7.1, steps 23 to 25)? The signature of
 *  the statement is checked before. `at`: milliseconds since the epoch. */
export function attestationFault(
  chain: readonly Uint8Array[],
  model: AuthenticatorModel | undefined,
  at: number,
): AttestationFault | undefined {
  const [certificate, ...pool] = chain
  if (certificate === undefined || chain.length > MOST_CERTIFICATES) return 'no_certificate'
  if (model === undefined) return 'model_unknown'
  if (currentReports(model, at).some(({ status }) => COMPROMISED.has(status))) {
    return 'model_compromised'
  }
  const anchors = model.attestationRoots
  const found = certificatePath({ certificate, pool, anchors, at, purpose: 'any' })
  return found.kind === 'path' ? undefined : 'not_of_this_model'
}

/** The newest of those that are in effect, of one day all of them, and those without a day. */
function currentReports({ statusReports }: AuthenticatorModel, at: number): StatusReport[] {
  const today = new Date(at).toISOString().slice(0, 10)
  const days = statusReports.flatMap(({ effectiveDate }) => effectiveDate ?? [])
  const newest = days
    .filter((day) => day <= today)
    .toSorted()
    .at(-1)
  return statusReports.filter(({ effectiveDate = newest }) => effectiveDate === newest)
}

/** The certificates of a statement, DER, its own first; none where there are none. */
export function attestationChain(
  attestationObject: Uint8Array<ArrayBuffer>,
): readonly Uint8Array[] {
  const given: unknown = decodeAttestationObject(attestationObject).get('attStmt').get('x5c')
  const isChain = Array.isArray(given) && given.every((one) => one instanceof Uint8Array)
  return isChain ? given : []
}
