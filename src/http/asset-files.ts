import type { Middleware } from 'koa'
import type { Assets } from '../pages/assets.ts'

/** Names carry a hash of the content, so that browsers may keep them for ever. */
export function assetFiles(assets: Assets): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/assets/') || !/^(GET|HEAD)$/.test(ctx.method))
      return (await next()) as unknown
    const asset = assets.get(ctx.path)
    if (asset === undefined) return ctx.throw(404)
    const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity')
    const packed = encoding === 'br' ? asset.br : encoding === 'gzip' ? asset.gzip : undefined
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
    ctx.vary('Accept-Encoding')
    ctx.type = asset.type
    if (packed) ctx.set('Content-Encoding', String(encoding))
    ctx.body = packed ?? asset.body
  }
}
