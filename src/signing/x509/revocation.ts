import type { RevocationReason } from '../../ports/revocation-checker.ts'

/** Why a revocation answer cannot be used for the question at hand. */
export type RevocationFault =
  | 'malformed'
  | 'not_successful'
  | 'other_certificate'
  | 'responder_unauthorised'
  | 'signature_invalid'
  | 'not_yet_valid'
  | 'stale'
  | 'certificate_had_expired'
  | 'extension_unknown'
  | 'nonce_mismatch'

/** What authentic bytes say about one certificate, or why they say nothing. */
export type RevocationAnswer =
  | {
      readonly kind: 'answer'
      readonly status: 'good' | 'revoked' | 'unknown'
      /** Milliseconds since the epoch; of revoked ones. It may be later than the moment of the question. */
      readonly revokedAt?: number
      readonly reason?: RevocationReason | 'certificate_hold'
      readonly thisUpdate: number
      readonly nextUpdate?: number
      /** DER: a delegated responder's certificate, which whoever checks the answer needs. */
      readonly certificates: readonly Buffer[]
    }
  | { readonly kind: 'unusable'; readonly fault: RevocationFault }

export const unusable = (fault: RevocationFault): RevocationAnswer => ({ kind: 'unusable', fault })

/** CRLReason (RFC 5280 section 5.3.1). */
const REASONS: Readonly<Record<number, RevocationReason | 'certificate_hold'>> = {
  1: 'key_compromise',
  2: 'key_compromise',
  3: 'affiliation_changed',
  4: 'superseded',
  5: 'cessation_of_operation',
  6: 'certificate_hold',
  10: 'key_compromise',
}

export const reasonOf = (code: number | undefined) => REASONS[code ?? 0] ?? 'unspecified'

export interface Freshness {
  /** The moment that the question is about, milliseconds since the epoch. */
  readonly at: number
  /** The present: nothing may have been said after it. Absent: that is not looked at. */
  readonly now?: number
  /** Clocks differ by so much. */
  readonly skewMs?: number
  /** How long an answer without nextUpdate counts. */
  readonly maxAgeMs?: number
}

const SKEW_MS = 5 * 60_000
const MAX_AGE_MS = 24 * 3_600_000

/** An answer counts for a moment that it covers, and for every earlier one: what is revoked, stays in the list.
 *  Once the certificate had expired, authorities may forget it, so an answer from then on says nothing. */
export function freshnessFault(
  { thisUpdate, nextUpdate }: { readonly thisUpdate: number; readonly nextUpdate?: number },
  { notAfter }: { readonly notAfter: number },
  { at, now = Infinity, skewMs = SKEW_MS, maxAgeMs = MAX_AGE_MS }: Freshness,
): RevocationFault | undefined {
  const until = nextUpdate ?? thisUpdate + maxAgeMs
  if (until < thisUpdate) return 'malformed'
  if (thisUpdate > now + skewMs) return 'not_yet_valid'
  if (thisUpdate > notAfter + skewMs) return 'certificate_had_expired'
  return at > until + skewMs ? 'stale' : undefined
}
