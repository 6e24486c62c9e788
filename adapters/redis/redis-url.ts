import { PanjerehError } from '../../src/errors.ts'

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster'
  readonly tls: boolean
  readonly nodes: readonly RedisNode[]
  readonly username?: string
  readonly password?: string
  /** The database's number; a Cluster has but one. */
  readonly db: number
  /** What the Sentinels call the master. */
  readonly name: string
  readonly sentinelPassword?: string
}

const FORM =
  /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/

/** `redis://user:password@host:port/db`, `redis+sentinel://user:password@h1:p,h2:p/master?db=0` (with
 *  `sentinel_password` where the Sentinels have one of their own) and
 *  `redis+cluster://user:password@h1:p,h2:p`; `rediss` for TLS. User and password are percent-encoded,
 *  an IPv6 host stands in brackets. Throws `config_invalid`. */
export function redisAddress(url: string): RedisAddress {
  const [, scheme, kind = 'single', username, password, hosts = '', path = '', query] =
    FORM.exec(url) ?? []
  if (scheme === undefined) throw invalid()
  const parameters = new URLSearchParams(query)
  const isSentinel = kind === 'sentinel'
  return {
    kind: kind as RedisAddress['kind'],
    tls: scheme === 'rediss',
    nodes: hosts.split(',').map(nodeOf),
    username: decoded(username),
    password: decoded(password),
    db: numberOf((isSentinel ? parameters.get('db') : path) ?? ''),
    name: isSentinel && path !== '' ? path : 'mymaster',
    sentinelPassword: parameters.get('sentinel_password') ?? undefined,
  }
}

function nodeOf(text: string): RedisNode {
  const [, bracketed, plain, port = '6379'] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port) > 65_535) throw invalid()
  return { host, port: Number(port) }
}

function numberOf(text: string): number {
  if (!/^\d{0,5}$/.test(text)) throw invalid()
  return Number(text)
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid()
  }
}

/** Never repeats the address: it may hold a password. */
function invalid(): PanjerehError {
  return new PanjerehError('config_invalid', 'PANJEREH_REDIS_URL is no address of a Redis')
}
