/** A model of authenticators, as its maker and the FIDO Alliance describe it (FIDO Metadata Service 3.0, section 3.1). */
export interface AuthenticatorModel {
  /** DER: what certificates of its attestations lead to, or these very certificates. */
  readonly attestationRoots: readonly Uint8Array[]
  readonly statusReports: readonly StatusReport[]
}

export interface StatusReport {
  /** AuthenticatorStatus (section 3.1.4), such as `FIDO_CERTIFIED_L1` or `REVOKED`. */
  readonly status: string
  /** Year, month, day; absent: as long as the report is there. */
  readonly effectiveDate?: string
}

export interface AuthenticatorModels {
  /** By AAGUID, as a UUID in small letters. Undefined: nobody has told of it. Throws `config_invalid` when what is
   *  known cannot be read any more. */
  find(aaguid: string): Promise<AuthenticatorModel | undefined>
}
