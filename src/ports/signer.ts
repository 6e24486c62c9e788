/** JOSE names (RFC 7518 section 3.1) of the algorithms that we sign with. */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** A key that we may use and never see. */
export interface Signer {
  readonly kid: string
  readonly alg: SigningAlgorithm
  /** DER, the signer's own first, then each issuer up to (and without) the trust anchor. */
  readonly certificateChain: readonly Uint8Array[]
  /** Signs these very bytes (the hash is taken here). ECDSA signatures are DER (ECDSA-Sig-Value, RFC 3279
   *  section 2.2.3), not the raw pair of JOSE. Throws `UpstreamUnavailable` when the key's home is away. */
  sign(data: Uint8Array): Promise<Uint8Array>
  /** Signs a finished SHA-256 (32 bytes); otherwise as `sign`. Absent: this key can only sign what it hashes itself. */
  signDigest?(digest: Uint8Array): Promise<Uint8Array>
}
