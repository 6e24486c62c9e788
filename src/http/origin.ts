import { isIPv6 } from 'node:net'
import type { Context } from 'koa'
import type { Origin } from '../assurance/level.ts'
import type { Ports } from '../ports/index.ts'

const DEVICE_COOKIE = 'panjereh_device'
const YEAR = 365 * 24 * 3600 * 1000

/** Where a request comes from, as fingerprints alone. A device is known once somebody has signed in on it;
 *  a browser cannot give itself a fresh one. */
export function originOf(ctx: Context, { secrets }: Pick<Ports, 'secrets'>): Origin {
  const address = ctx.ip.replace(/^::ffff:/, '')
  const device = ctx.cookies.get(DEVICE_COOKIE, { signed: true })
  return {
    address: secrets.fingerprint(address, 'address'),
    subnet: secrets.fingerprint(subnetOf(address), 'subnet'),
    ...(device ? { device: secrets.fingerprint(device, 'device') } : {}),
  }
}

export function rememberDevice(ctx: Context, { random }: Pick<Ports, 'random'>): void {
  if (ctx.cookies.get(DEVICE_COOKIE, { signed: true })) return
  ctx.cookies.set(DEVICE_COOKIE, Buffer.from(random.bytes(16)).toString('base64url'), {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    maxAge: YEAR,
    secure: ctx.secure,
  })
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
