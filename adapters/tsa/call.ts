import { UpstreamUnavailable } from '../../src/errors.ts'
import { keptCall } from '../http/kept-call.ts'

/** A token with its certificates has a few kilobytes. */
const MAX_BYTES = 128 * 1024

export interface TimestampCall {
  readonly url: string
  readonly authorization?: string
  /** DER TimeStampReq. */
  readonly request: Uint8Array
  readonly signal: AbortSignal
}

/** One question to one authority (RFC 3161 section 3.4) a call, over connections that are kept. Throws
 *  `UpstreamUnavailable`. */
export function caller(): (question: TimestampCall) => Promise<Buffer> {
  // A second token for the same question does no harm.
  const call = keptCall({ isRepeatable: true })
  return async ({ url, authorization, request, signal }) => {
    const { status, body } = await call({
      url,
      body: request,
      headers: {
        'Content-Type': 'application/timestamp-query',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      signal,
      maxBytes: MAX_BYTES,
    })
    if (status < 200 || status > 299)
      throw new UpstreamUnavailable(new URL(url).host, `HTTP ${status}`)
    return body
  }
}
