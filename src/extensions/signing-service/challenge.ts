import type { Context } from 'koa'

/** RFC 6750 section 3, RFC 9449 section 7.1. Who has looked at the token and found fault with it has said so better. */
export function challenge(
  ctx: Context,
  error: string,
  more: Readonly<Record<string, string>> = {},
) {
  if (ctx.res.hasHeader('WWW-Authenticate')) return
  const scheme = /^DPoP /i.test(ctx.get('Authorization')) ? 'DPoP' : 'Bearer'
  const parts = Object.entries({ error, ...more }).map(([name, value]) => `${name}="${value}"`)
  ctx.set('WWW-Authenticate', `${scheme} ${parts.join(', ')}`)
}
