import type { Context } from 'koa'
import type { Random } from '../../ports/random.ts'

/** RFC 6265bis 4.1.3.2: where there is TLS, no other host can plant a visitor of its own on somebody. */
const nameOf = (ctx: Context) => `${ctx.secure ? '__Host-' : ''}panjereh_verify`

/** The browser that sent a document: its reports are for it alone. */
export const visitorOf = (ctx: Context): string =>
  ctx.cookies.get(nameOf(ctx), { signed: false }) ?? ''

/** Gives the browser a name that nobody guesses, if it has none. */
export function knownVisitor(ctx: Context, random: Random, keptMs: number): string {
  const given = visitorOf(ctx)
  const visitor = /^[\w-]{22}$/.test(given)
    ? given
    : Buffer.from(random.bytes(16)).toString('base64url')
  ctx.cookies.set(nameOf(ctx), visitor, {
    httpOnly: true,
    sameSite: 'strict',
    signed: false,
    secure: ctx.secure,
    path: '/',
    maxAge: keptMs,
    overwrite: true,
  })
  return visitor
}
