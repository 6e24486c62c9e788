import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { EventTap } from '../oidc/event-tap.ts'
import { requestIdOf } from './request-context.ts'

/** What happened is durable before the answer goes out: if it cannot be written, the request fails. */
export function writeEvents(tap: EventTap): Middleware {
  return async (ctx, next) => {
    await next()
    const { oidc } = ctx as { oidc?: KoaContextWithOIDC['oidc'] }
    if (oidc?.route === 'revocation' && ctx.status === 200) {
      tap.note(ctx as KoaContextWithOIDC, 'token.revoked')
    }
    if (oidc?.route === 'userinfo' && ctx.status === 200) {
      tap.note(ctx as KoaContextWithOIDC, 'userinfo.read', { subjectId: oidc.account?.accountId })
    }
    await tap.write(ctx.req, requestIdOf(ctx))
  }
}
