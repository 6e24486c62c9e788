import { Agent as HttpAgent, request as requestByHttp, type IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestByHttps, type AgentOptions } from 'node:https'
import { UpstreamUnavailable } from '../../src/errors.ts'

export interface Question {
  readonly url: string
  /** A GET when it is absent. */
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** The deadline for all of it. */
  readonly signal: AbortSignal
  /** Of the answer. */
  readonly maxBytes: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Redirects are not followed: they are answers like others. Throws `UpstreamUnavailable`. */
export type KeptCall = (question: Question) => Promise<Answer>

export interface KeptCallSettings {
  /** The very same question may be asked twice: when a kept connection was closed in the moment in which we used it, it
   *  is asked once more on a new one. */
  readonly isRepeatable: boolean
  /** Whom we trust and who we are, where the system's list and nobody are not enough. */
  readonly tls?: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'minVersion'>
}

/** Of one service at once; more wait, and their deadline runs. */
const MOST_SOCKETS = 32
/** Kept for the next question, and for how long. */
const MOST_KEPT = 8
const KEPT_MS = 15_000

/** Asks services that are asked again and again: connections are kept. Less is done for a question than `fetch` does. */
export function keptCall({ isRepeatable, tls = {} }: KeptCallSettings): KeptCall {
  const kept = { maxSockets: MOST_SOCKETS, maxFreeSockets: MOST_KEPT, timeout: KEPT_MS }
  const plain = new HttpAgent({ ...kept, keepAlive: true })
  const secure = new HttpsAgent({ ...kept, ...tls, keepAlive: true })
  const once = { agent: false, ...tls } as const

  return async (question) => {
    const { url, signal } = question
    const address = addressIn(url)
    const agent = address.protocol === 'https:' ? secure : plain
    try {
      return await asked(address, question, { agent }).catch((error: unknown) => {
        if (isRepeatable && error instanceof Stale) return asked(address, question, once)
        throw error
      })
    } catch (cause) {
      if (cause instanceof UpstreamUnavailable) throw cause
      const why = signal.aborted ? 'no answer in time' : 'no answer'
      throw new UpstreamUnavailable(address.host, why, { cause })
    }
  }
}

/** Certificates name addresses, and not all that they name is one. */
function addressIn(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address !== undefined && /^https?:$/.test(address.protocol)) return address
  throw new UpstreamUnavailable('http', 'the address is none of the web')
}

/** A kept connection was closed before anything of an answer was there. */
class Stale extends Error {}

function asked(
  address: URL,
  { body, headers, signal, maxBytes }: Question,
  how: Pick<RequestOptions, 'agent'>,
): Promise<Answer> {
  const send = address.protocol === 'https:' ? requestByHttps : requestByHttp
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
  const method = body === undefined ? 'GET' : 'POST'
  return new Promise((settle, fail) => {
    const request = send(address, { ...how, method, headers: { ...headers, ...length }, signal })
    request
      .once('response', (answer) => {
        whole(answer, { host: address.host, maxBytes }).then(settle, fail)
      })
      .on('error', (cause) => {
        const isStale = request.reusedSocket && !signal.aborted
        fail(isStale ? new Stale('a kept connection was closed', { cause }) : cause)
      })
      .end(body)
  })
}

function whole(
  answer: IncomingMessage,
  { host, maxBytes }: { readonly host: string; readonly maxBytes: number },
): Promise<Answer> {
  const { statusCode: status = 0, headers } = answer
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((settle, fail) => {
    const refuse = (why: string, cause?: unknown) =>
      fail(new UpstreamUnavailable(host, why, { cause }))
    answer
      .on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size <= maxBytes) return
        refuse('the answer is too long')
        answer.destroy()
      })
      .once('end', () => settle({ status, headers, body: Buffer.concat(chunks, size) }))
      .on('error', (cause) => refuse('the answer broke off', cause))
  })
}
