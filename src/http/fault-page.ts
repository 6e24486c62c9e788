import type { Middleware } from 'koa'
import type { Assets } from '../pages/assets.ts'
import { errorPage } from '../pages/error.ts'
import { PanjerehError } from '../errors.ts'
import type { FaultState } from '../oidc/event-tap.ts'
import { languageLinks } from './client-view.ts'
import { localeOf, requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'

const STATUS_OF: Readonly<Record<string, number>> = {
  event_not_written: 503,
  storage_unavailable: 503,
  upstream_unavailable: 503,
}

/** The last net: whatever was thrown becomes a page or JSON with the request's id, and nothing more. */
export function faultPage({
  assets,
  log,
}: {
  assets: Assets
  log: (error: unknown, requestId: string) => void
}): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      const { fault } = ctx.state as FaultState
      if (fault !== undefined) log(fault, requestIdOf(ctx))
      if (ctx.status === 404 && ctx.body === undefined) ctx.throw(404)
    } catch (error) {
      const status = statusOf(error)
      if (status >= 500) log(error, requestIdOf(ctx))
      ctx.status = status
      ctx.set('Cache-Control', 'no-store')
      // The answer that failed may have been on its way with a code.
      ctx.remove('Location')
      if (ctx.accepts('json', 'html') !== 'html') {
        ctx.body = {
          error: status >= 500 ? 'temporarily_unavailable' : 'invalid_request',
          request_id: requestIdOf(ctx),
        }
        return
      }
      sendPage(
        ctx,
        errorPage({
          locale: localeOf(ctx),
          assets,
          languageLinks: languageLinks(ctx),
          requestId: requestIdOf(ctx),
          kind: status >= 500 ? 'server' : 'request',
        }),
      )
    }
  }
}

function statusOf(error: unknown): number {
  if (error instanceof PanjerehError) return STATUS_OF[error.code] ?? 500
  const status = (error as { status?: unknown } | null)?.status
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}
