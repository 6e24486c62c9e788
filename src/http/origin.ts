import { isIPv6 } from 'node:net'
import type { Context } from 'koa'
import type { Origin } from '../assurance/level.ts'
import type { Ports } from '../ports/index.ts'

const DEVICE_COOKIE = 'panjereh_device'
/** RFC 6265bis 4.1.3.2: where there is TLS, no other host can plant a device of its own on somebody. */
const nameOf = (ctx: Context) => `${ctx.secure ? '__Host-' : ''}${DEVICE_COOKIE}`
const YEAR = 365 * 24 * 3600 * 1000

/** Where a request comes from, as fingerprints alone. Where `random` is given, a browser gets its name with
 *  the first form that it sends; it is known for a number once that number was proved on it. */
export function originOf(
  ctx: Context,
  ports: Pick<Ports, 'secrets'> & Partial<Pick<Ports, 'random'>>,
): Origin {
  const { secrets } = ports
  const address = ctx.ip.replace(/^::ffff:/, '')
  const device = ctx.cookies.get(nameOf(ctx), { signed: true }) ?? newDevice(ctx, ports)
  return {
    address: secrets.fingerprint(address, 'address'),
    subnet: secrets.fingerprint(subnetOf(address), 'subnet'),
    ...(device ? { device: secrets.fingerprint(device, 'device') } : {}),
  }
}

function newDevice(ctx: Context, { random }: Partial<Pick<Ports, 'random'>>): string | undefined {
  if (random === undefined || ctx.method !== 'POST') return undefined
  const device = Buffer.from(random.bytes(16)).toString('base64url')
  ctx.cookies.set(nameOf(ctx), device, {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    maxAge: YEAR,
    secure: ctx.secure,
  })
  return device
}

/** /24 of IPv4, /56 of IPv6: what one household or cell can usually choose addresses from. */
export function subnetOf(address: string): string {
  if (!isIPv6(address)) return address.split('.').slice(0, 3).join('.')
  const [head = '', tail = ''] = address.split('::')
  const front = head.split(':').filter((part) => part !== '')
  const back = tail.split(':').filter((part) => part !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = [...front, ...zeros, ...back].map((group) => group.padStart(4, '0'))
  return groups.slice(0, 4).join(':').slice(0, 17)
}
