import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Middleware } from 'koa'
import { VIEWER_PATH, viewerFiles as filesOf, type ViewerFile } from '../pages/viewer-files.ts'

/** Of the worker alone: it compiles WebAssembly of ours for pictures in JPEG 2000 and JBIG2. */
export const WORKER_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
].join('; ')

/** The middle between quick and small: each is packed once, when it is first asked for. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }

/** The parts of the viewer of documents. */
export function viewerFiles(): Middleware {
  const find = filesOf()
  const packed = new Map<string, Promise<Buffer>>()

  function packedOnce(path: string, { body }: ViewerFile): Promise<Buffer> {
    const known = packed.get(path)
    if (known !== undefined) return known
    const packing = promisify(brotliCompress)(body, QUALITY)
    packed.set(path, packing)
    return packing
  }

  return async (ctx, next) => {
    if (!ctx.path.startsWith(VIEWER_PATH) || !/^(GET|HEAD)$/.test(ctx.method))
      return (await next()) as unknown
    const file = await find(ctx.path)
    if (file === undefined) return ctx.throw(404)
    if (file.isWorker) ctx.set('Content-Security-Policy', WORKER_POLICY)
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
    ctx.vary('Accept-Encoding')
    const isPacked = ctx.acceptsEncodings('br', 'identity') === 'br'
    ctx.type = file.type
    if (isPacked) ctx.set('Content-Encoding', 'br')
    ctx.body = isPacked ? await packedOnce(ctx.path, file) : file.body
  }
}
