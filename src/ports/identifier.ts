/** What a subject is known by outside. `value` is canonical (E.164 for a mobile number). */
export const IDENTIFIER_TYPES = [
  'mobile',
  'national_id',
  'legal_id',
  'foreign_id',
  'passport',
  'refugee_document',
] as const
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number]

export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
  /** Who issued it, where one value may have several issuers (foreign nationals' codes). */
  readonly issuer?: string
}
