import type { AssuranceLevel, Offer } from '../src/assurance/level.ts'
import type { Ports } from '../src/ports/index.ts'
import { faceLevel, type FacePolicy } from './face/level.ts'
import { otpLevel, type OtpPolicy } from './otp/level.ts'
import { passkeyLevel } from './passkey/level.ts'
import { passkeyOffer } from './passkey/offer.ts'
import type { PasskeyPolicy } from './passkey/policy.ts'
import { registryLevel, type RegistryPolicy } from './registry/level.ts'
import { signatureLevel, type SignaturePolicy } from './signature/level.ts'

export { SIGNATURE_POLICY } from './signature/level.ts'

export interface LadderPolicy {
  readonly otp: OtpPolicy
  readonly passkey: PasskeyPolicy
  readonly registry: RegistryPolicy
  readonly face: FacePolicy
  readonly signature: SignaturePolicy
}

/** THE LADDER: one line a rung. Several rungs of one rank are several ways; the first is the default. A rung
 *  whose world is not connected is not there: nobody is led to where he cannot get. */
export function rungs(ports: Ports, policy: LadderPolicy): AssuranceLevel[] {
  const { registries, face, cards, signing } = ports
  const isFaceThere = face && cards && registries.civil
  return [
    otpLevel(ports, policy.otp),
    passkeyLevel(ports, policy.passkey),
    ...(registries.subscribers && registries.civil ? [registryLevel(ports, policy.registry)] : []),
    ...(isFaceThere ? [faceLevel({ ...ports, face, cards }, policy.face)] : []),
    ...(isFaceThere && signing ? [signatureLevel({ ...ports, signing }, policy.signature)] : []),
  ]
}

/** What is offered once a rung was climbed. */
export function offers(ports: Ports, policy: LadderPolicy): Offer[] {
  return [passkeyOffer(ports, policy.passkey)]
}
