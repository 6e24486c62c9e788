import type { Middleware } from 'koa'

/** Named checks, each throwing when its part is not usable. */
export type Checks = Readonly<Record<string, () => Promise<void>>>

/** `/health/live`: the process answers. `/health/ready`: what it needs answers too. */
export function health(checks: Checks): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/health/live') {
      ctx.body = { status: 'ok' }
      return
    }
    if (ctx.path !== '/health/ready') return (await next()) as unknown
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    )
    const isReady = results.every(([, result]) => result === 'ok')
    ctx.status = isReady ? 200 : 503
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { status: isReady ? 'ok' : 'unavailable', checks: Object.fromEntries(results) }
  }
}

async function outcome(check: () => Promise<void>): Promise<'ok' | 'failed'> {
  try {
    await check()
    return 'ok'
  } catch {
    return 'failed'
  }
}
