import type { Middleware } from 'koa'

/** Chromium follows `form-action` along the redirects after a submit, into the agency's own chain: it can
 *  name no host, or the way back to some registered client is cut. Loopback is for native apps
 *  (RFC 8252 section 7.3), but for IPv6, which no source can name; a private-use scheme is added for the one request that returns to it. */
const FORM_TARGETS = "'self' https: http://localhost:* http://127.0.0.1:*"

export function contentSecurityPolicy(returnScheme?: string): string {
  const targets = returnScheme ? `${FORM_TARGETS} ${returnScheme}` : FORM_TARGETS
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${targets}`,
  ].join('; ')
}

/** Answers for machines are no documents: what guards a page says nothing about them. */
const MACHINE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}
const MACHINE_PATHS =
  /^\/oauth2\/(?:token|introspect|userinfo|revoke|par|jwks|device_authorization)$/

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy(),
  'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
  'Permissions-Policy':
    'accelerometer=(), camera=(self), geolocation=(), microphone=(), payment=(), usb=(), otp-credentials=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

export function securityHeaders({ isHttps }: { isHttps: boolean }): Middleware {
  const always: Readonly<Record<string, string>> = isHttps
    ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }
    : {}
  const [page, machine] = [
    { ...HEADERS, ...always },
    { ...MACHINE_HEADERS, ...always },
  ]
  return async (ctx, next) => {
    ctx.set(MACHINE_PATHS.test(ctx.path) ? machine : page)
    await next()
  }
}
