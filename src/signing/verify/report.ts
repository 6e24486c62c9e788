import type { LegalPerson } from '../x509/legal-person.ts'
import type { Change } from './changes/change.ts'
import type { Check } from './check.ts'
import type { Conclusion, Indication, SubIndication } from './indication.ts'

/** Levels of ETSI EN 319 142-1, as far as what is there goes; what it is worth, the conclusion says.
 *  `PAdES`: of the kind, but not by the baseline's rules. `PKCS7`: older than PAdES. */
export const PROFILES = [
  'B-LTA',
  'B-LT',
  'B-T',
  'B-B',
  'PAdES',
  'PKCS7',
  'timestamp',
  'unknown',
] as const
export type Profile = (typeof PROFILES)[number]

/** What of the document a signature speaks for. `whole`: all of it. `extended`: later revisions added only
 *  validation data and time stamps. `signed-further`: … or other signatures. `changed`: other changes. */
export type Coverage = 'whole' | 'extended' | 'signed-further' | 'changed' | 'unknown'

export interface CertificateReport {
  /** Common name, or the whole name when there is none. */
  readonly name: string
  /** Whose certificate it is when it is no natural person's: what its key signs is a seal. */
  readonly legalPerson?: LegalPerson
  /** Hexadecimal. */
  readonly serialNumber: string
  readonly issuer: string
  /** ISO 8601, UTC. */
  readonly notBefore: string
  readonly notAfter: string
  /** SHA-256 of the certificate, hexadecimal. */
  readonly sha256: string
}

export interface TimestampReport extends Conclusion {
  readonly kind: 'signature' | 'document'
  /** ISO 8601, UTC. */
  readonly time?: string
  readonly authority?: CertificateReport
  readonly checks: readonly Check[]
}

export interface SignatureReport extends Conclusion {
  /** Full name of the form field. */
  readonly field: string
  readonly kind: 'signature' | 'document-timestamp'
  readonly profile: Profile
  readonly subFilter: string
  /** The revision that it signs, from 1; absent when it signs none. */
  readonly revision?: number
  readonly byteRange?: readonly number[]
  readonly coverage: Coverage
  /** What later revisions did. */
  readonly laterChanges: readonly Change[]
  readonly signer?: CertificateReport
  /** Claims of the signer that nobody vouches for. */
  readonly claimed: {
    readonly name?: string
    readonly reason?: string
    readonly location?: string
    /** /M of the dictionary as it stands there, or signing-time (ISO 8601). */
    readonly signingTime?: string
  }
  /** The earliest moment at which the signature is proved to have existed (EN 319 102-1 best-signature-time);
   *  ISO 8601, UTC. */
  readonly bestSignatureTime?: string
  readonly timestamps: readonly TimestampReport[]
  readonly checks: readonly Check[]
}

export interface RevisionReport {
  /** From 1. */
  readonly number: number
  /** Bytes of the file up to its end: what to cut off to have this revision. */
  readonly end?: number
  readonly signedBy: readonly string[]
  /** What it did to the one before. */
  readonly changes: readonly Change[]
}

/** What may wait in a signed document for a later revision to show it, or changes by itself how it looks. */
export type WarningCode =
  | 'unreferenced'
  | 'optional_content'
  | 'open_action'
  | 'automatic_action'
  | 'javascript'
  | 'covering_annotation'

/** Told, never decided upon. */
export interface Warning {
  readonly code: WarningCode
  /** Plain English. */
  readonly detail: string
  /** Of a covering annotation, from 1. */
  readonly page?: number
  /** Of unreferenced objects. */
  readonly count?: number
}

/** Why a document was not looked at any further. */
export type Refusal =
  | 'not_pdf'
  | 'too_large'
  | 'too_complex'
  | 'damaged'
  | 'no_catalog'
  | 'no_pages'
  | 'password_needed'
  | 'encryption_unsupported'
  | 'filter_unsupported'
  | 'took_too_long'
  | 'too_many_signatures'

export interface VerificationReport {
  /** Of the document: as good as its worst signature. `NO-SIGNATURE`: it has none. */
  readonly indication: Indication | 'NO-SIGNATURE'
  readonly subIndication?: SubIndication
  /** The document could not be read; the indication then is TOTAL-FAILED (FORMAT_FAILURE). */
  readonly refusal?: Refusal
  /** ISO 8601, UTC: when it was verified, or as of when. */
  readonly validationTime: string
  readonly signatures: readonly SignatureReport[]
  readonly revisions: readonly RevisionReport[]
  /** The newest revision says nothing that is not signed or that a signer does not permit. */
  readonly coversWholeDocument: boolean
  readonly warnings: readonly Warning[]
}
