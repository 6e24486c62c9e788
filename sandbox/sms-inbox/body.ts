import type { Context } from 'koa'
import { requestBody } from '../request-body.ts'

/** More than any message or order needs. */
const MAX_BYTES = 16 * 1024

/** The request's body as text; what is longer is refused (HTTP 413). */
export const bodyOf = (ctx: Context): Promise<string> => requestBody(ctx, MAX_BYTES)

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
