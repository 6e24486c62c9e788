import type { Context } from 'koa'
import { challenge } from './challenge.ts'

/** Codes that agencies' programs may rely on, with the status and what to do. */
const PROBLEMS = {
  unauthorized: [401, 'Send an access token of this window that is in force.'],
  forbidden: [
    403,
    'The token must be the agency’s own (client_credentials) with the scope signing.',
  ],
  not_found: [404, 'There is no such thing, or it belongs to another client.'],
  invalid_request: [400, 'Correct what the detail names.'],
  invalid_webhook: [400, 'The webhook is an https address without user, password and fragment.'],
  unknown_signer: [400, 'A signer’s sub is the one that your client was given for that person.'],
  wrong_type: [415, 'Send the type that the detail names.'],
  length_unknown: [411, 'Say the Content-Length of the body.'],
  too_large: [413, 'Send less; the detail says how much is taken.'],
  too_many_documents: [409, 'A request holds at most 50 documents. Make another one.'],
  too_many_uploads: [429, 'Wait until other uploads have ended, then send it again.'],
  too_many_requests: [429, 'Wait as long as Retry-After says.'],
  digest_mismatch: [400, 'The body is not what its Content-Digest says. Send it again.'],
  upload_broken: [400, 'The body broke off. Send it again.'],
  document_refused: [422, 'The document cannot be signed; reason says why.'],
  no_documents: [409, 'Upload a document first.'],
  wrong_state: [409, 'The state of the request does not allow that.'],
  no_seal: [
    409,
    'Your client has no seal in force. The operator of the window makes one: panjereh seal create.',
  ],
  seal_away: [503, 'The seal cannot be put just now. Send it again as Retry-After says.'],
  busy: [409, 'Others change the request at the same time. Send it again.'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457. */
export interface Problem {
  readonly problem: ProblemCode
  /** For developers: what exactly; nothing of a document's content. */
  readonly detail?: string
  /** Further members. */
  readonly more?: Readonly<Record<string, string | number>>
  readonly retryAfterSeconds?: number
}

export const problem = (code: ProblemCode, detail?: string): Problem => ({ problem: code, detail })

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'problem' in value
}

export function sendProblem(ctx: Context, { problem: code, detail, more, ...rest }: Problem): void {
  const [status, title] = PROBLEMS[code]
  ctx.status = status
  if (rest.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(rest.retryAfterSeconds))
  if (status === 401) challenge(ctx, 'invalid_token')
  if (status === 403) challenge(ctx, 'insufficient_scope', { scope: 'signing' })
  const type = `urn:panjereh:problem:${code.replaceAll('_', '-')}`
  ctx.body = JSON.stringify({ type, title, status, code, detail, ...more })
  ctx.type = 'application/problem+json'
}
