import { UpstreamUnavailable } from '../../src/errors.ts'

export type Fetch = typeof globalThis.fetch

export interface Asked {
  readonly url: string
  /** DER; absent: a GET. */
  readonly ocspRequest?: Uint8Array
  readonly signal: AbortSignal
  readonly maxBytes: number
}

/** One question, without redirects, of which no more is taken than one can be. Throws `UpstreamUnavailable`. */
export async function fetched(fetch: Fetch, { url, ocspRequest, signal, maxBytes }: Asked) {
  const host = hostOf(url)
  const refuse = (why: string, cause?: unknown) => new UpstreamUnavailable(host, why, { cause })
  try {
    const answer = await fetch(url, {
      ...(ocspRequest === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'Content-Type': 'application/ocsp-request' },
            body: new Uint8Array(ocspRequest),
          }),
      redirect: 'error',
      signal,
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      throw refuse(`HTTP ${answer.status}`)
    }
    const body = await bounded(answer, maxBytes)
    if (body === undefined) throw refuse('the answer is too long')
    return body
  } catch (cause) {
    if (cause instanceof UpstreamUnavailable) throw cause
    throw refuse(signal.aborted ? 'no answer in time' : 'no answer', cause)
  }
}

/** Undefined: it is longer than that. */
async function bounded(answer: Response, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Certificates name addresses, and not all that they name is one. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'revocation'
}

export const isWeb = (url: string) =>
  URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
