import type { Middleware } from 'koa'
import type { Clock } from '../ports/clock.ts'
import type { Metrics } from './metrics.ts'
import { requestIdOf } from './request-context.ts'

export interface AccessLine {
  readonly request_id: string
  readonly method: string
  /** The route's name or pattern, never the path: a path may hold a secret. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly client_id?: string
  readonly error?: string
}

/** One line and one measurement a request, without personal data. */
export function accessLog(needs: {
  clock: Clock
  metrics: Metrics
  write: (line: AccessLine) => void
}): Middleware {
  return async (ctx, next) => {
    const start = needs.clock.now()
    try {
      await next()
    } finally {
      const ms = needs.clock.now() - start
      const route = routeOf(ctx)
      needs.metrics.observe(route, ctx.method, ctx.status, ms / 1000)
      needs.write({
        request_id: requestIdOf(ctx),
        method: ctx.method,
        route,
        status: ctx.status,
        ms,
        client_id: (ctx as { oidc?: { client?: { clientId?: string } } }).oidc?.client?.clientId,
        error: errorOf(ctx.body),
      })
    }
  }
}

const SERVICES = ['assets', 'verify', 'signing', 'csc']
const PLAIN = /^\/(?:health\/(?:live|ready)|metrics)?$/

function routeOf(ctx: { path: string; [key: string]: unknown }): string {
  const { oidc } = ctx as { oidc?: { route?: string } }
  if (oidc?.route) return oidc.route
  if (ctx.path.startsWith('/interaction/')) return interactionRoute(ctx.path)
  if (ctx.path.startsWith('/hand-over')) return interactionRoute(ctx.path, 'hand_over')
  const service = SERVICES.find((one) => ctx.path.startsWith(`/${one}`))
  if (service !== undefined) return service
  return PLAIN.test(ctx.path) ? ctx.path : 'other'
}

const interactionRoute = (path: string, route = 'interaction') =>
  path.endsWith('/stream') ? `${route}_stream` : route

function errorOf(body: unknown): string | undefined {
  const error = (body as { error?: unknown } | null | undefined)?.error
  return typeof error === 'string' ? error : undefined
}
