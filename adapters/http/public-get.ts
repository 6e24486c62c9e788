import { lookup as resolve } from 'node:dns'
import { request as requestByHttp, type IncomingMessage } from 'node:http'
import { request as requestByHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { UpstreamUnavailable } from '../../src/errors.ts'

const TIMEOUT_MS = 5_000

/** Special-use addresses (RFC 6890, RFC 4291): nothing that a stranger names may be looked for there. */
const INSIDE = blocked([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/127', '64:ff9b::/96', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
  ...['fc00::/7', 'fe80::/10', 'ff00::/8'],
])

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

/** The check is of the very address that is then connected to: a name that changes gains nothing. */
const guardedLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    if (found.some(({ address }) => isInside(address))) {
      return done(new Error(`${hostname} is inside`), [])
    }
    done(null, found)
  })
}

function isInside(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && INSIDE.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function blocked(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/')
    list.addSubnet(net, Number(prefix), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
