/** Errors as CSC API v2 names them (section 10.1): RFC 6749's form, with fixed descriptions for programs. */
export interface CscError {
  readonly error:
    | 'invalid_request'
    | 'access_denied'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'server_error'
    | 'temporarily_unavailable'
  readonly error_description: string
}

export const STATUS: Readonly<Record<CscError['error'], number>> = {
  invalid_request: 400,
  access_denied: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

export const cscError = (error: CscError['error'], description: string): CscError => ({
  error,
  error_description: description,
})

export const invalid = (description: string) => cscError('invalid_request', description)

export const isCscError = (value: unknown): value is CscError =>
  typeof value === 'object' && value !== null && 'error_description' in value
