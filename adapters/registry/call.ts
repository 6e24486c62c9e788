import { Unanswered } from './unanswered.ts'

const MAX_BYTES = 64 * 1024

export interface Call {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  readonly signal: AbortSignal
  readonly maxBytes?: number
}

/** One POST of JSON to a registry: no redirects, and no more of the answer than one can be. Throws Unanswered. */
export async function call({ url, headers, body, signal, maxBytes = MAX_BYTES }: Call) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal,
  }).catch(() => {
    // The cause may quote the address; whoever waits needs only to know that nobody is there.
    throw new Unanswered(signal.aborted ? 'timeout' : 'unavailable', !signal.aborted)
  })
  const text = await boundedText(answer, maxBytes, signal)
  if (answer.status >= 500) throw new Unanswered('unavailable', true)
  if (!answer.ok) throw new Unanswered('unavailable')
  return text
}

async function boundedText(answer: Response, maxBytes: number, signal: AbortSignal) {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body ?? []) {
      size += chunk.length
      if (size > maxBytes) throw new Unanswered('malformed')
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof Unanswered) throw error
    throw new Unanswered(signal.aborted ? 'timeout' : 'unavailable', !signal.aborted)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
