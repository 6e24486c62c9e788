import type { CertificateAuthority } from './certificate-authority.ts'
import type { KeyStore } from './key-store.ts'
import type { PdfWriter } from './pdf-writer.ts'
import type { RevocationChecker } from './revocation-checker.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'

/** What people's signatures are made with. */
export interface SigningServices {
  readonly keys: KeyStore
  readonly authority: CertificateAuthority
  readonly timestamps: TimestampAuthority
  readonly revocation: RevocationChecker
  readonly writer: PdfWriter
  /** DER: the roots of people's certificates and of time stamps. */
  readonly anchors: readonly Uint8Array[]
}
