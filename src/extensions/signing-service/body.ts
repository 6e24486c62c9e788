import type { Context } from 'koa'
import type { z } from 'zod'
import { problem, type Problem } from './problem.ts'

/** A JSON body, bounded and checked. An empty one is `{}`. */
export async function jsonBody<Shape extends z.ZodType>(
  ctx: Context,
  shape: Shape,
  mostBytes = 64 * 1024,
): Promise<z.infer<Shape> | Problem> {
  const text = await bodyText(ctx, mostBytes)
  if (typeof text !== 'string') return text
  if (text !== '' && !ctx.is('application/json')) return problem('wrong_type', 'application/json')
  const value = parsed(text === '' ? '{}' : text)
  if (value === undefined) return problem('invalid_request', 'the body is no JSON')
  const { data, error } = shape.safeParse(value)
  if (error === undefined) return data
  return problem('invalid_request', faultOf(error))
}

export const faultOf = ({ issues: [fault] }: z.ZodError) =>
  `${fault?.path.join('.') ?? ''}: ${fault?.message ?? ''}`

export async function bodyText(ctx: Context, mostBytes: number): Promise<string | Problem> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return problem('too_large', `at most ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    return problem('invalid_request', 'the body is not UTF-8')
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
