export interface Digest {
  readonly algorithm: 'SHA-256' | 'SHA-384' | 'SHA-512'
  readonly value: Uint8Array
}

/** RFC 3161. */
export interface TimestampAuthority {
  /** The DER TimeStampToken (a CMS ContentInfo) over this digest; nonce, imprint and signature are checked
   *  already. `nonce`: big-endian, not negative, of 1 to 32 bytes; without it one of our own. Throws
   *  `UpstreamUnavailable` when no authority gave a good one. */
  stamp(digest: Digest, nonce?: Uint8Array): Promise<Uint8Array>
}
