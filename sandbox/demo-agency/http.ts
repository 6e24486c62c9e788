import type { Context, Next } from 'koa'
import { requestBody } from '../request-body.ts'

const BODY_LIMIT = 64 * 1024

/** The headers that Helmet would set, for a site without script of its own. */
export function securityHeaders(issuer: string) {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    // The form's answer is a redirect to the window, and browsers apply form-action to that too.
    `form-action 'self' ${new URL(issuer).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  return async (ctx: Context, next: Next): Promise<void> => {
    ctx.set({
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cache-Control': 'no-store',
    })
    await next()
  }
}

/** A form of another site is refused; SameSite=Lax keeps the cookie from it anyway. */
export function isFromElsewhere(ctx: Context): boolean {
  const site = ctx.get('sec-fetch-site')
  return site !== '' && site !== 'same-origin' && site !== 'none'
}

export async function readFormBody(ctx: Context): Promise<URLSearchParams> {
  if (!ctx.is('application/x-www-form-urlencoded')) return new URLSearchParams()
  return new URLSearchParams(await requestBody(ctx, BODY_LIMIT))
}
