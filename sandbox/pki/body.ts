import type { Context } from 'koa'

/** The request's body; what is longer than `maxBytes` is refused (HTTP 413). */
export async function bodyOf(ctx: Context, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) ctx.throw(413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
