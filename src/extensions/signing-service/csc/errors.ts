import type { z } from 'zod'

/** Errors as CSC API v2 names them (section 10.1): RFC 6749's form, with fixed descriptions for programs. */
export interface CscError {
  readonly error: keyof typeof STATUS
  readonly error_description: string
}

/** `accepted_request` is the standard's name for what is not done yet. */
export const STATUS = {
  accepted_request: 202,
  invalid_request: 400,
  access_denied: 400,
  invalid_dpop_proof: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
} as const

export const cscError = (error: CscError['error'], description: string): CscError => ({
  error,
  error_description: description,
})

export const invalid = (description: string) => cscError('invalid_request', description)

export const missing = (type: string, name: string) =>
  invalid(`Missing (or invalid type) ${type} parameter ${name}`)

export const isCscError = (value: unknown): value is CscError =>
  typeof value === 'object' && value !== null && 'error_description' in value

/** What a schema has found first, in the standard's words. */
export function faultIn({ issues: [issue] }: z.ZodError): CscError {
  const name = issue?.path.filter((part) => typeof part === 'string').at(-1)
  if (issue === undefined || name === undefined) return invalid('The body is no JSON object')
  if (issue.code === 'invalid_type') return missing(issue.expected, name)
  if (issue.code === 'too_small' && issue.origin === 'array') return invalid(`Empty ${name} array`)
  return invalid(`Invalid parameter ${name}`)
}
