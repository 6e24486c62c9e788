import { Agent as HttpAgent, request as requestByHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Authorization, EstSettings } from './settings.ts'

const MAX_BYTES = 512 * 1024

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly type?: string
  readonly body?: string
  /** The name and password, or the token, go along. */
  readonly isAuthorised: boolean
}

export interface Received {
  readonly status: number
  readonly body: Buffer
  /** In seconds; undefined when it is not said in seconds. */
  readonly retryAfter?: number
}

/** Speaks to the authority, over mutual TLS where there is a certificate. Redirects are not followed: whoever can
 *  send us elsewhere could have certificates made there. Throws `UpstreamUnavailable`. */
export function caller(settings: EstSettings): (sent: Sent) => Promise<Received> {
  const { clientCertificate: cert, clientKey: key, trust: ca, requestMs } = settings
  const secure = new HttpsAgent({ keepAlive: true, cert, key, ca, minVersion: 'TLSv1.2' })
  const plain = new HttpAgent({ keepAlive: true })
  return async ({ method, url, type, body, isAuthorised }) => {
    const isSecure = url.startsWith('https:')
    const headers = {
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
      ...(isAuthorised ? authorization(settings.authorization) : {}),
    }
    const send = isSecure ? requestByHttps : requestByHttp
    const { host } = new URL(url)
    const answer = await new Promise<IncomingMessage>((settle, fail) => {
      const signal = AbortSignal.timeout(requestMs)
      send(url, { method, headers, agent: isSecure ? secure : plain, signal })
        .once('response', settle)
        .once('error', (cause) => {
          const why = signal.aborted ? 'no answer in time' : 'no answer'
          fail(new UpstreamUnavailable(host, why, { cause }))
        })
        .end(body)
    })
    const seconds = Number(answer.headers['retry-after'])
    return {
      status: answer.statusCode ?? 0,
      body: await bounded(answer, host),
      retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    }
  }
}

function authorization(how: Authorization | undefined): Readonly<Record<string, string>> {
  if (how === undefined) return {}
  if (how.kind === 'bearer') return { Authorization: `Bearer ${how.token}` }
  const pair = Buffer.from(`${how.user}:${how.password}`, 'utf8').toString('base64')
  return { Authorization: `Basic ${pair}` }
}

async function bounded(answer: IncomingMessage, host: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
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
