/** RFC 5280 section 5.3.1, as far as we tell them apart. */
export type RevocationReason =
  'unspecified' | 'key_compromise' | 'affiliation_changed' | 'superseded' | 'cessation_of_operation'

/** What an authority says about one certificate, and the bytes with which it says so. */
export interface RevocationStatus {
  readonly status: 'good' | 'revoked' | 'unknown'
  /** Milliseconds since the epoch; of revoked ones. */
  readonly revokedAt?: number
  readonly source: 'ocsp' | 'crl'
  /** DER: OCSPResponse (RFC 6960) or CertificateList (RFC 5280). Its signature is checked already. */
  readonly der: Uint8Array
  /** DER certificates that whoever checks these bytes needs besides the issuer's: a delegated responder's. */
  readonly certificates: readonly Uint8Array[]
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number
  readonly nextUpdate?: number
}

export interface RevocationChecker {
  /** OCSP first, then CRL; answers are remembered until they are stale. `certificate`, `issuer`: DER; `since`
   *  (milliseconds since the epoch): what was said earlier is asked again, though the answer may still be older.
   *  Throws `UpstreamUnavailable` when nobody answered in time. */
  check(certificate: Uint8Array, issuer: Uint8Array, since?: number): Promise<RevocationStatus>
}
