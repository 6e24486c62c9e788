import { Readable } from 'node:stream'
import type { Context } from 'koa'
import type { StepFile } from '../assurance/level.ts'

/** A file of an interaction, for the page that is open; with `?download` the browser keeps it. It is nobody else's
 *  to cache, to guess the type of, or to run. */
export function sendFile(ctx: Context, { type, name, size, pieces }: StepFile): void {
  ctx.attachment(name, { type: ctx.querystring === 'download' ? 'attachment' : 'inline' })
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
  ctx.type = type
  ctx.length = size
  ctx.body = Readable.from(pieces, { objectMode: false })
}
