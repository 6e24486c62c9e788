import { keptCall } from '../http/kept-call.ts'
import type { Authorization, EstSettings } from './settings.ts'

const MAX_BYTES = 512 * 1024

export interface Sent {
  readonly url: string
  readonly type?: string
  /** A GET without it. */
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
  // What is asked for twice may be issued twice.
  const call = keptCall({ isRepeatable: false, tls: { cert, key, ca, minVersion: 'TLSv1.2' } })
  return async ({ url, type, body, isAuthorised }) => {
    const headers = {
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...(isAuthorised ? authorization(settings.authorization) : {}),
    }
    const signal = AbortSignal.timeout(requestMs)
    const answer = await call({ url, body, headers, signal, maxBytes: MAX_BYTES })
    const seconds = Number(answer.headers['retry-after'])
    return {
      status: answer.status,
      body: answer.body,
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
