import { UpstreamUnavailable } from '../../src/errors.ts'

/** A gateway that has not answered by then will not be in time for anybody. */
const TIMEOUT_MS = 4_000
const MAX_ANSWER_BYTES = 64 * 1024

export interface Post {
  readonly gateway: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
  readonly method?: 'GET' | 'POST'
  readonly signal?: AbortSignal
}

export interface PostAnswer {
  /** HTTP 2xx. Gateways tell what is wrong in the body of the others, too. */
  readonly ok: boolean
  readonly status: number
  /** Undefined when it is not JSON. */
  readonly json: unknown
}

/** One call to a gateway: a deadline, a bounded answer, and an error that names no number. */
export async function post({ gateway, url, signal, ...call }: Post): Promise<PostAnswer> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS)
  const { method = 'POST', headers, body } = call
  try {
    const answer = await fetch(url, {
      method,
      headers,
      body,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    const text = await boundedText(answer)
    return { ok: answer.ok, status: answer.status, json: parsed(text) }
  } catch (cause) {
    // The cause may quote the address, which holds an API key with some gateways.
    throw new UpstreamUnavailable(gateway, (cause as Error).name)
  }
}

/** What a gateway that did not take a message is told by. */
export function untaken(gateway: string, { ok, status, json }: PostAnswer): UpstreamUnavailable {
  const why = json === undefined ? 'the answer is not JSON' : 'the message was not taken'
  return new UpstreamUnavailable(gateway, ok ? why : `HTTP ${status}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
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
