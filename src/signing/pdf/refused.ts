/** Why a file is not read, or not signed. Pages explain each of them in the citizen's language. */
export const PDF_REFUSALS = [
  // reading
  'not_pdf',
  'too_large',
  'too_complex',
  'damaged',
  'no_catalog',
  'no_pages',
  'password_needed',
  'encryption_unsupported',
  'filter_unsupported',
  // signing
  'damaged_signed',
  'permissions_forbid',
  'certified_final',
  'already_signed',
  'already_certified',
  'field_unknown',
  'field_not_signature',
  'field_signed',
  'field_locked',
  'field_constrained',
  'field_name_invalid',
  'page_unknown',
  'place_invalid',
  'javascript',
  'launch_action',
  'changing_action',
  'optional_content',
  'dynamic_form',
  'rich_media',
  'picture_invalid',
  'signature_too_large',
  'certificate_revoked',
  'certificate_status_unknown',
] as const
export type PdfRefusal = (typeof PDF_REFUSALS)[number]

/** An expected answer about a file that somebody gave us; never a bug of ours. */
export class PdfRefused extends Error {
  readonly code: PdfRefusal
  /** For operators and developers: where it was found. Holds nothing of the document's content. */
  readonly where: string

  constructor(code: PdfRefusal, where = '', options?: ErrorOptions) {
    super(where === '' ? code : `${code}: ${where}`, options)
    this.name = 'PdfRefused'
    this.code = code
    this.where = where
  }
}

export function refuse(code: PdfRefusal, where?: string): never {
  throw new PdfRefused(code, where)
}
