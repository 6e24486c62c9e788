import type { SignatureProfile } from '../../src/ports/signature-request-store.ts'
import type { Limit } from '../../src/ports/rate-limiter.ts'

export interface SignaturePolicy {
  /** The window's host. */
  readonly rpId: string
  readonly rpName: string
  readonly origin: string
  /** `attested`: only passkeys that cannot be copied to another device and whose maker vouches for them. */
  readonly attestation: 'any' | 'attested'
  /** Seconds between what is shown and the passkey's answer. */
  readonly activationSeconds: number
  /** Seconds that the proof of this level stays good: the expiry of its evidence. */
  readonly lifetimeSeconds: number
  /** Of sign-in declarations. */
  readonly declarationProfile: SignatureProfile
  /** Answers of a passkey that led to no signature. */
  readonly triesPerHour: number
  /** Certificates of one person. */
  readonly enrolmentsPerDay: number
  /** Seconds since level 3 in which a lost passkey may be replaced. */
  readonly recoverySeconds: number
  /** Of what the citizen is told by message: of what he signs (`signatures`; sign-in declarations too: `all`) and of
   *  what becomes of his certificates, or of these alone. */
  readonly notices: 'all' | 'signatures' | 'certificates' | 'off'
  /** Days that signatures over texts, declarations and accepted terms are kept. */
  readonly keepDays: number
}

export const SIGNATURE_POLICY = {
  attestation: 'any',
  activationSeconds: 900,
  lifetimeSeconds: 0,
  declarationProfile: 'B-LTA',
  triesPerHour: 10,
  enrolmentsPerDay: 5,
  recoverySeconds: 900,
  notices: 'signatures',
  keepDays: 3650,
} as const satisfies Partial<SignaturePolicy>

/** CSC API v2 and ours: what one person approves in one act. */
export const MOST_SIGNATURES = 50

const HOUR = 3600
const DAY = 24 * HOUR

export function signatureLimits({ triesPerHour, enrolmentsPerDay }: SignaturePolicy) {
  return {
    tries: { name: 'signature_tries', points: triesPerHour, seconds: HOUR },
    enrolments: { name: 'signature_enrolments', points: enrolmentsPerDay, seconds: DAY },
    /** Each look at a document of 50 MB costs a part of a second of a processor. */
    looks: { name: 'signature_looks', points: 120, seconds: HOUR },
  } as const satisfies Readonly<Record<string, Limit>>
}
