import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { UpstreamUnavailable } from '../../src/errors.ts'

const TIMEOUT_MS = 5000

/** Addresses that a client's metadata must not make us call (RFC 9700 section 4.15, SSRF). */
const INSIDE = new BlockList()
const INSIDE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
]
for (const [net, prefix] of INSIDE_V4) INSIDE.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INSIDE.addSubnet(net, prefix, 'ipv6')
}

export interface OutboundPolicy {
  /** True on a developer's machine, where agencies live on loopback without TLS. */
  readonly allowInside: boolean
}

/** Fetches what a client's metadata names: over https, to public addresses, without following redirects,
 *  with a deadline. */
export function outbound({ allowInside }: OutboundPolicy): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!allowInside) await refuseInside(url)
    const deadline = AbortSignal.timeout(TIMEOUT_MS)
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline
    return globalThis.fetch(input, { ...init, redirect: 'manual', signal })
  }
}

async function refuseInside(url: URL): Promise<void> {
  if (url.protocol !== 'https:') throw new UpstreamUnavailable(url.host, 'only https is called')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host)
    ? [host]
    : (await lookup(host, { all: true })).map((one) => one.address)
  if (addresses.some(isInside))
    throw new UpstreamUnavailable(url.host, 'an inside address is not called')
}

/** An IPv4 address may come dressed as IPv6 (`::ffff:10.0.0.1`). */
export function isInside(address: string): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return INSIDE.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4')
}
