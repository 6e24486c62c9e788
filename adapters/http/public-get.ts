import { request as requestByHttp, type IncomingMessage } from 'node:http'
import { request as requestByHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { UpstreamUnavailable } from '../../src/errors.ts'
import { guardedLookup, isInside } from './inside.ts'

const TIMEOUT_MS = 5_000

export interface PublicGet {
  /** True on a developer's machine, where agencies live on loopback and without TLS. */
  readonly allowInside: boolean
  readonly maxBytes: number
}

/** One file from the internet: by https, without redirects, never from inside our own network, and no
 *  larger than was said (RFC 9700 section 4.15, SSRF). */
export async function publicGet(address: string, limits: PublicGet): Promise<Uint8Array> {
  const url = new URL(address)
  const refuse = (why: string) => new UpstreamUnavailable(url.host, why)
  if (!limits.allowInside) {
    if (url.protocol !== 'https:') throw refuse('only https is called')
    if (isInside(url.hostname.replace(/^\[|\]$/g, ''))) throw refuse('an address inside')
  }
  const answer = await got(url, limits.allowInside ? undefined : guardedLookup)
  try {
    if (answer.statusCode !== 200) throw refuse(`answered ${answer.statusCode}`)
    return await bounded(answer, limits.maxBytes, () => refuse('is too large'))
  } finally {
    answer.destroy()
  }
}

function got(url: URL, lookup: LookupFunction | undefined): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestByHttps : requestByHttp
  return new Promise((settle, fail) => {
    request(url, { lookup, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) })
      .once('response', settle)
      .once('error', (cause) =>
        fail(new UpstreamUnavailable(url.host, 'did not answer', { cause })),
      )
      .end()
  })
}

async function bounded(
  answer: IncomingMessage,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
