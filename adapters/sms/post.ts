import { UpstreamUnavailable } from '../../src/errors.ts'

const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 64 * 1024

export interface Post {
  readonly gateway: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
  readonly method?: 'GET' | 'POST'
}

/** One call to a gateway: a deadline, a bounded answer, and an error that names no number. */
export async function post({
  gateway,
  url,
  headers,
  body,
  method = 'POST',
}: Post): Promise<unknown> {
  const answer = await attempt(gateway, () =>
    fetch(url, {
      method,
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }),
  )
  const text = await attempt(gateway, () => boundedText(answer))
  if (!answer.ok) throw new UpstreamUnavailable(gateway, `HTTP ${answer.status}`)
  try {
    return JSON.parse(text)
  } catch {
    throw new UpstreamUnavailable(gateway, 'the answer is not JSON')
  }
}

async function attempt<Value>(gateway: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (cause) {
    // The cause may quote the address, which holds an API key with some gateways.
    throw new UpstreamUnavailable(gateway, (cause as Error).name)
  }
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new RangeError('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
