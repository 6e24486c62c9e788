/** Why a document that was sent was not looked at, or its report not printed, with the status that says so (RFC 9110
 *  section 15). */
export const UPLOAD_FAULTS = {
  wrong_type: 415,
  broken: 400,
  empty: 400,
  too_large: 413,
  length_required: 411,
  not_pdf: 415,
  too_slow: 408,
  busy: 503,
  too_many: 429,
  forbidden: 403,
  seal_away: 503,
} as const

export type UploadFault = keyof typeof UPLOAD_FAULTS

export interface Refused {
  readonly fault: UploadFault
  /** When it makes sense to try again. */
  readonly retryAfterSeconds?: number
}
