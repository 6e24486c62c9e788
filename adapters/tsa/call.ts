import { UpstreamUnavailable } from '../../src/errors.ts'

/** A token with its certificates has a few kilobytes. */
const MAX_BYTES = 128 * 1024

export interface TimestampCall {
  readonly url: string
  readonly authorization?: string
  /** DER TimeStampReq. */
  readonly request: Uint8Array
  readonly signal: AbortSignal
}

/** One question to one authority (RFC 3161 section 3.4). Connections are kept for the next one. */
export async function call(question: TimestampCall): Promise<Uint8Array> {
  const { signal, url } = question
  const { host } = new URL(url)
  // A kept connection may be closed by the authority in the very moment in which we use it: on a new one the same
  // question is asked once more, and an authority that is away refuses that one, too.
  const answer = await asked(question)
    .catch((error: unknown) => (signal.aborted ? Promise.reject(error as Error) : asked(question)))
    .catch((cause: unknown) => {
      const why = signal.aborted ? 'no answer in time' : 'no answer'
      throw new UpstreamUnavailable(host, why, { cause })
    })
  const body = await boundedBody(answer, host)
  if (!answer.ok) throw new UpstreamUnavailable(host, `HTTP ${answer.status}`)
  return body
}

function asked({ url, authorization, request, signal }: TimestampCall): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/timestamp-query',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    body: new Uint8Array(request),
    redirect: 'error',
    signal,
  })
}

async function boundedBody(answer: Response, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body ?? []) {
      size += chunk.length
      if (size > MAX_BYTES) throw new UpstreamUnavailable(host, 'the answer is too long')
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof UpstreamUnavailable) throw cause
    throw new UpstreamUnavailable(host, 'the answer broke off', { cause })
  }
  return Buffer.concat(chunks)
}
