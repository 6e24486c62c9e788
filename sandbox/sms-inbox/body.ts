import type { Context } from 'koa'

/** More than any message or order needs. */
const MAX_BYTES = 16 * 1024

/** The request's body as text; what is longer is refused (HTTP 413). */
export async function bodyOf(ctx: Context): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) ctx.throw(413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The body as JSON of a shape; anything else is refused (HTTP 400). */
export async function jsonOf<Value>(
  ctx: Context,
  schema: { safeParse(value: unknown): { data?: Value } },
): Promise<Value> {
  const { data } = schema.safeParse(parsed(await bodyOf(ctx)))
  return data ?? ctx.throw(400)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
