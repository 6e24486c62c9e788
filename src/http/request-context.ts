import type { Context, Middleware, Next } from 'koa'
import { pickLocale, type Locale } from '../identity/locale.ts'
import type { Random } from '../ports/random.ts'

const LANGUAGE_COOKIE = 'panjereh_language'
const YEAR = 365 * 24 * 3600 * 1000

export interface RequestState {
  requestId: string
  /** What the person chose here, if anything; pages default to Persian. */
  chosenLocale?: Locale
}

export function requestContext({ random }: { random: Random }): Middleware {
  return async (ctx, next) => {
    const state = ctx.state as RequestState
    state.requestId = random.uuid()
    ctx.set('X-Request-Id', state.requestId)
    state.chosenLocale = chosen(ctx)
    await next()
  }
}

/** `?lang=` is the person's own choice: it is remembered and outranks the agency's `ui_locales`. Machines
 *  send neither a query nor a cookie: nothing is parsed for them. */
function chosen(ctx: Context): Locale | undefined {
  const asked = ctx.querystring === '' ? undefined : pickLocale(one(ctx.query['lang']))
  if (asked) {
    ctx.cookies.set(LANGUAGE_COOKIE, asked, {
      maxAge: YEAR,
      sameSite: 'lax',
      httpOnly: true,
      signed: false,
    })
  }
  if (asked || ctx.req.headers.cookie === undefined) return asked
  return pickLocale(ctx.cookies.get(LANGUAGE_COOKIE, { signed: false }))
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? undefined : value
}

/** The person's choice, then what the agency asks for (OIDC Core 3.1.2.1), then Persian. */
export function localeOf(ctx: Context, uiLocales?: unknown): Locale {
  const asked = typeof uiLocales === 'string' ? pickLocale(uiLocales) : undefined
  return (ctx.state as RequestState).chosenLocale ?? asked ?? 'fa'
}

export function requestIdOf(ctx: Context): string {
  return (ctx.state as RequestState).requestId
}

export type { Context, Next }
