import type { JWK } from 'jose'

/** The window's secrets, opened. Order matters: the first key of a kind is the one in use. */
export interface KeyRing {
  /** Private signature and encryption keys (RFC 7517). Retired and coming ones are published too. */
  readonly jwks: readonly JWK[]
  readonly cookieKeys: readonly string[]
  /** Secret under which pairwise subject identifiers are made. Never rotates. */
  readonly pairwiseSecret: Uint8Array
}
