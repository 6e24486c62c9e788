import type { Middleware } from 'koa'
import type { ClientLogos } from '../ports/client-logos.ts'

const PATH = /^\/client-logos\/([\w-]{43})$/

export function logoUrl(hash: string): string {
  return `/client-logos/${hash}`
}

/** Logos from our own origin: third parties' servers learn nothing of who signs in where. Whatever a file
 *  says that it is, browsers may take it for a picture alone. */
export function clientLogos({ logos }: { readonly logos: ClientLogos }): Middleware {
  return async (ctx, next) => {
    const hash = PATH.exec(ctx.path)?.[1]
    if (hash === undefined || !/^(GET|HEAD)$/.test(ctx.method)) return (await next()) as unknown
    const logo = await logos.find(hash)
    if (logo === undefined) return ctx.throw(404)
    ctx.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Content-Disposition': 'inline; filename="logo"',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    ctx.type = logo.type
    ctx.body = Buffer.from(logo.body)
  }
}
