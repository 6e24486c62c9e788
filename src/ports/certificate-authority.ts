import type { RevocationReason } from './revocation-checker.ts'

/** Who issues certificates for keys, and takes them back. */
export interface CertificateAuthority {
  /** `request`: DER PKCS#10 (RFC 2986). Answers the DER chain: the new certificate first, then its issuers
   *  up to (and without) the trust anchor. Throws `UpstreamUnavailable`. */
  enrol(request: Uint8Array): Promise<readonly Uint8Array[]>
  /** At once. `certificate`: DER. Safe to repeat. */
  revoke(certificate: Uint8Array, reason: RevocationReason): Promise<void>
}
