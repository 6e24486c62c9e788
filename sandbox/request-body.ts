import type { Context } from 'koa'

/** The request's body as text; what is longer than `maxBytes` is refused (HTTP 413). */
export async function requestBody(ctx: Context, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) ctx.throw(413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
