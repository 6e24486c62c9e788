import type { RevocationReason } from './revocation-checker.ts'

/** For a person's signature, or for a legal person's seal (ETSI EN 319 412-2 and -3). */
export type CertificateProfile = 'signature' | 'seal'

/** Who issues certificates for keys, and takes them back. */
export interface CertificateAuthority {
  /** `request`: DER PKCS#10 (RFC 2986). Answers the DER chain: the new certificate first, then its issuers
   *  up to (and without) the trust anchor. `profile`: `signature` when it is not said. Throws `UpstreamUnavailable`. */
  enrol(request: Uint8Array, profile?: CertificateProfile): Promise<readonly Uint8Array[]>
  /** At once. `certificate`: DER. Safe to repeat. */
  revoke(certificate: Uint8Array, reason: RevocationReason): Promise<void>
}
