import { Readable } from 'node:stream'
import type { Context } from 'koa'
import type { StepFile } from '../assurance/level.ts'
import { partOf } from './byte-range.ts'

/** A file of an interaction, for the page that is open; with `?download` the browser keeps it. It is nobody else's
 *  to cache, to guess the type of, or to run. A part of it where one is asked for (RFC 9110 section 14), so that the
 *  first page of a large document is there before the last. */
export function sendFile(ctx: Context, { type, name, size, sha256, pieces }: StepFile): void {
  const etag = `"${sha256}"`
  ctx.attachment(name, { type: ctx.querystring === 'download' ? 'attachment' : 'inline' })
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
  ctx.set('Accept-Ranges', 'bytes')
  ctx.set('ETag', etag)
  ctx.type = type
  const [range, ifRange] = [ctx.get('Range'), ctx.get('If-Range')]
  const part = partOf({ range, ifRange, etag, size })
  if (part === 'beyond') {
    ctx.status = 416
    ctx.set('Content-Range', `bytes */${size}`)
    return
  }
  const { start, end } = part ?? { start: 0, end: size }
  if (part !== undefined) {
    ctx.status = 206
    ctx.set('Content-Range', `bytes ${start}-${end - 1}/${size}`)
  }
  ctx.length = end - start
  ctx.body = Readable.from(pieces(start, end), { objectMode: false })
}
