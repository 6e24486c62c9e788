import { request as requestByHttp, type IncomingMessage } from 'node:http'
import { request as requestByHttps } from 'node:https'
import { UpstreamUnavailable } from '../../src/errors.ts'
import { guardedLookup, isInside } from './inside.ts'

const TIMEOUT_MS = 5_000

export interface PublicPost {
  /** True on a developer's machine, where agencies live on loopback and without TLS. */
  readonly allowInside: boolean
  /** Hosts of agencies at private addresses, named by the operator. */
  readonly insideHosts: readonly string[]
}

/** POSTs to an address that an agency has named: by https, without redirects, never into our own network (RFC 9700
 *  section 4.15, SSRF). The status; what the answer says is not read. Throws `UpstreamUnavailable`. */
export function publicPost({ allowInside, insideHosts }: PublicPost) {
  return async (
    address: string,
    { type, body }: { readonly type: string; readonly body: string },
  ): Promise<number> => {
    const url = new URL(address)
    const refuse = (why: string) => new UpstreamUnavailable(url.host, why)
    const isTrusted = allowInside || insideHosts.includes(url.hostname)
    if (!allowInside && url.protocol !== 'https:') throw refuse('only https is called')
    if (!isTrusted && isInside(url.hostname.replace(/^\[|\]$/g, '')))
      throw refuse('an address inside')
    const answer = await posted(url, { type, body }, !isTrusted)
    answer.destroy()
    return answer.statusCode ?? 0
  }
}

function posted(
  url: URL,
  { type, body }: { readonly type: string; readonly body: string },
  isGuarded: boolean,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestByHttps : requestByHttp
  const headers = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }
  const lookup = isGuarded ? guardedLookup : undefined
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  return new Promise((settle, fail) => {
    request(url, { method: 'POST', headers, lookup, agent: false, signal })
      .once('response', settle)
      .once('error', (cause) =>
        fail(new UpstreamUnavailable(url.host, 'did not answer', { cause })),
      )
      .end(body)
  })
}
