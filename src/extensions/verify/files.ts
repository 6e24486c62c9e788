import type { Context } from 'koa'

/** Somebody's document, to be kept and never to be run: it is nobody else's to cache or to guess the type of. */
export function sendPdf(ctx: Context, bytes: Buffer, name: string): void {
  sendFile(ctx, bytes, { name, type: 'application/pdf' })
}

export function sendFile(
  ctx: Context,
  body: Buffer | string,
  { name, type }: { readonly name: string; readonly type: string },
): void {
  ctx.attachment(name)
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
  ctx.type = type
  ctx.body = body
}
