import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Digest } from '../../src/ports/timestamp-authority.ts'
import {
  checkTimestampToken,
  readTimestampResponse,
  readTimestampToken,
  type TimestampFault,
} from '../../src/signing/cms/timestamp-token.ts'
import { Malformed } from '../../src/signing/der/malformed.ts'

/** Is a time-stamping authority's certificate trusted at that time? `pool`: DER certificates of the token. */
export type Trusts = (certificate: Uint8Array, pool: readonly Uint8Array[], at: number) => boolean

export interface Expected {
  readonly host: string
  readonly digest: Digest
  readonly nonce: Uint8Array
  readonly policy?: string
  /** Milliseconds since the epoch, and how far the token's time may be from it. */
  readonly now: number
  readonly skewMs: number
  readonly trusts?: Trusts
}

/** The token of a DER TimeStampResp, when it is all that was asked for. Throws `UpstreamUnavailable`. */
export function goodToken(response: Uint8Array, expected: Expected): Uint8Array {
  const refuse = (why: string) => new UpstreamUnavailable(expected.host, why)
  try {
    const answer = readTimestampResponse(response)
    if (answer.kind === 'refused') {
      throw refuse(`refused (status ${answer.status}, failure ${answer.failure ?? 'unsaid'})`)
    }
    const fault = tokenFault(answer.token, expected)
    if (fault !== undefined) throw refuse(`the token is not good: ${fault}`)
    return answer.token
  } catch (cause) {
    if (cause instanceof Malformed) throw refuse(cause.message)
    throw cause
  }
}

function tokenFault(
  der: Uint8Array,
  { digest, nonce, policy, now, skewMs, trusts }: Expected,
): TimestampFault | 'wrong_time' | 'untrusted' | undefined {
  const token = readTimestampToken(der)
  const { fault, certificate } = checkTimestampToken(token, {
    digestOf: (hash) => (hash === digest.algorithm ? digest.value : new Uint8Array()),
    nonce,
    policy,
  })
  if (fault !== undefined || certificate === undefined) return fault
  if (Math.abs(token.info.time - now) > skewMs + token.info.accuracyMs) return 'wrong_time'
  const isTrusted = trusts?.(certificate.der, token.signed.certificates, token.info.time) ?? true
  return isTrusted ? undefined : 'untrusted'
}
