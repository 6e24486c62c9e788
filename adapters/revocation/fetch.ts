import { UpstreamUnavailable } from '../../src/errors.ts'
import type { KeptCall } from '../http/kept-call.ts'

export interface Asked {
  readonly url: string
  /** DER; absent: a GET. */
  readonly ocspRequest?: Uint8Array
  readonly signal: AbortSignal
  readonly maxBytes: number
}

const OCSP = { 'Content-Type': 'application/ocsp-request' }

/** One question, without redirects, of which no more is taken than one can be. Throws `UpstreamUnavailable`. */
export async function fetched(call: KeptCall, { ocspRequest: body, ...question }: Asked) {
  const answer = await call({ ...question, ...(body === undefined ? {} : { body, headers: OCSP }) })
  const { host } = new URL(question.url)
  if (answer.status < 200 || answer.status > 299)
    throw new UpstreamUnavailable(host, `HTTP ${answer.status}`)
  return answer.body
}

export const isWeb = (url: string) =>
  URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
