import type { Context, Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { deviceInputPage } from '../pages/device.ts'
import type { Assets } from '../pages/assets.ts'
import type { Limit } from '../ports/rate-limiter.ts'
import type { Ports } from '../ports/index.ts'
import { languageLinks } from './client-view.ts'
import { readForm } from './form-body.ts'
import { originOf } from './origin.ts'
import { localeOf, requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'

interface Needs {
  readonly assets: Assets
  readonly ports: Pick<Ports, 'limiter' | 'secrets'>
}

/** What the pages of the device flow tell this guard and are told by it. */
export interface DeviceState {
  /** The code of `verification_uri_complete`, for the page to show. */
  userCode?: string
  wrongUserCode?: boolean
}

const PATH = '/device'
/** oidc-provider's router folds case and takes a slash at the end: no spelling of the address may pass by. */
const ROUTED = /^\/device\/?$/i
/** RFC 8628 section 5.1: wrong codes from one address, and from one household's or operator's part of the net. */
const WRONG_CODES: Limit = { name: 'device_code_wrong', points: 20, seconds: 600 }
const WRONG_CODES_NEARBY: Limit = { name: 'device_code_wrong_nearby', points: 100, seconds: 600 }
/** Section 3.5: every five seconds is the agreed pace; over twice of it is too fast. */
const POLLS: Limit = { name: 'device_poll', points: 12, seconds: 30 }

/** Guards what RFC 8628 leaves open to guessing and to haste. */
export function deviceGuard(needs: Needs): Middleware {
  return async (ctx, next) => {
    if (!ROUTED.test(ctx.path)) {
      await next()
      return slowDown(ctx, needs)
    }
    if (ctx.method === 'POST') return enter(ctx, needs, next)
    // Section 3.3.1: it is shown and sent by the person, not by a script of the page.
    const { user_code: userCode, ...query } = ctx.query
    if (typeof userCode === 'string') {
      ;(ctx.state as DeviceState).userCode = userCode
      ctx.query = query
    }
    await next()
  }
}

/** Each entry is counted before it is looked up, and given back when it was right: guesses at once are all counted. */
async function enter(ctx: Context, { assets, ports }: Needs, next: () => Promise<unknown>) {
  const { address, subnet } = originOf(ctx, ports)
  const counters = [
    [WRONG_CODES, address],
    [WRONG_CODES_NEARBY, subnet],
  ] as const
  const states = await Promise.all(counters.map(([limit, key]) => ports.limiter.take(limit, key)))
  const wait = Math.max(...states.map((state) => state.retryAfterSeconds))
  if (states.some((state) => !state.allowed)) return refuse(ctx, assets, wait)
  await next()
  if ((ctx.state as DeviceState).wrongUserCode) return
  await Promise.all(counters.map(([limit, key]) => ports.limiter.giveBack(limit, key)))
}

async function refuse(ctx: Context, assets: Assets, wait: number): Promise<void> {
  const form = await readForm(ctx)
  const props = { locale: localeOf(ctx), assets, languageLinks: languageLinks(ctx) }
  const xsrf = 'input' in form ? (form.input['xsrf'] ?? '') : ''
  ctx.status = 429
  ctx.set('Retry-After', String(wait))
  const error = 'too_many' as const
  sendPage(
    ctx,
    deviceInputPage({ ...props, requestId: requestIdOf(ctx), action: PATH, xsrf, error }),
  )
}

/** Only the answer «not yet» is slowed down: what is ready is given whenever it is asked for. */
async function slowDown(ctx: Context, { ports }: Needs): Promise<void> {
  const { oidc } = ctx as unknown as Partial<Pick<KoaContextWithOIDC, 'oidc'>>
  const body = ctx.body as { error?: string } | undefined
  if (oidc?.route !== 'token' || body?.error !== 'authorization_pending') return
  const key = ports.secrets.fingerprint(String(oidc.params?.['device_code']), 'device_code')
  const { allowed } = await ports.limiter.take(POLLS, key)
  if (!allowed) ctx.body = { error: 'slow_down', error_description: 'ask every five seconds' }
}
