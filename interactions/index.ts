import type { AssuranceLevel, Offer } from '../src/assurance/level.ts'
import type { Ports } from '../src/ports/index.ts'
import { otpLevel, type OtpPolicy } from './otp/level.ts'
import { passkeyLevel } from './passkey/level.ts'
import { passkeyOffer } from './passkey/offer.ts'
import type { PasskeyPolicy } from './passkey/policy.ts'

export interface LadderPolicy {
  readonly otp: OtpPolicy
  readonly passkey: PasskeyPolicy
}

/** THE LADDER: one line a rung. Several rungs of one rank are several ways; the first is the default. */
export function rungs(ports: Ports, policy: LadderPolicy): AssuranceLevel[] {
  return [otpLevel(ports, policy.otp), passkeyLevel(ports, policy.passkey)]
}

/** What is offered once a rung was climbed. */
export function offers(ports: Ports, policy: LadderPolicy): Offer[] {
  return [passkeyOffer(ports, policy.passkey)]
}
