import type { Middleware } from 'koa'
import { readBody } from './form-body.ts'

/** OIDC Core 3.1.2.1 and RP-Initiated Logout 2 require POST at these endpoints. A cross-site POST brings no
 *  SameSite=Lax cookie, so it is turned into the same request by GET, which does: the session cookie need
 *  not be opened to cross-site posts (SameSite=None) for it. */
export function postToGet(paths: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'POST' || !paths.has(ctx.path)) return (await next()) as unknown
    if (!ctx.is('application/x-www-form-urlencoded')) ctx.throw(415)
    const body = await readBody(ctx)
    if (body === undefined) ctx.throw(413)
    const query = String(body)
    if (!/^[\x21-\x7e]*$/.test(query) || query.includes('#')) ctx.throw(400)
    ctx.status = 303
    ctx.redirect(`${ctx.path}?${query}`)
    ctx.status = 303
    ctx.set('Cache-Control', 'no-store')
  }
}
