/** What a subject is known by outside. `value` is canonical (E.164 for a mobile number). */
export type IdentifierType =
  'mobile' | 'national_id' | 'legal_id' | 'foreign_id' | 'passport' | 'refugee_document'

export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
  /** Who issued it, where one value may have several issuers (foreign nationals' codes). */
  readonly issuer?: string
}
