import { UpstreamUnavailable } from '../../src/errors.ts'

const TIMEOUT_MS = 2_500

export interface OutboundPolicy {
  /** True on a developer's machine, where agencies live on loopback and without TLS. */
  readonly allowInside: boolean
  /** Hosts of agencies at private addresses, named by the operator. */
  readonly insideHosts: readonly string[]
}

/** For what clients' metadata names: jwks_uri, sector_identifier_uri, back-channel logout (RFC 9700 section
 *  4.15, SSRF). oidc-provider hands over a dispatcher that cuts every connection to a special-use address;
 *  it is kept, and https demanded, wherever agencies are not on this very machine. */
export function outbound({ allowInside, insideHosts }: OutboundPolicy): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const signal = init.signal ?? AbortSignal.timeout(TIMEOUT_MS)
    const { dispatcher, ...rest } = init as RequestInit & { dispatcher?: unknown }
    const unguarded = () => globalThis.fetch(input, { ...rest, redirect: 'manual', signal })
    if (allowInside) return unguarded()
    if (url.protocol !== 'https:') throw new UpstreamUnavailable(url.host, 'only https is called')
    if (insideHosts.includes(url.hostname)) return unguarded()
    if (dispatcher === undefined) throw new UpstreamUnavailable(url.host, 'nothing guards the call')
    return globalThis.fetch(input, {
      ...rest,
      dispatcher,
      redirect: 'manual',
      signal,
    } as RequestInit)
  }
}
