import type { Context } from 'koa'
import type { Input } from '../assurance/level.ts'

const MAX_BYTES = 64 * 1024
const MAX_FIELDS = 32

export type FormFault = 'too_large' | 'wrong_type' | 'repeated_field' | 'broken_encoding'
export type Form = { readonly input: Input } | { readonly fault: FormFault }

/** Reads one urlencoded form: bounded, well-formed UTF-8, each field once. */
export async function readForm(ctx: Context): Promise<Form> {
  if (!ctx.is('application/x-www-form-urlencoded')) return { fault: 'wrong_type' }
  const body = await readBody(ctx)
  if (body === undefined) return { fault: 'too_large' }
  const text = decode(body)
  if (text === undefined) return { fault: 'broken_encoding' }
  const fields = [...new URLSearchParams(text)]
  if (fields.length > MAX_FIELDS) return { fault: 'too_large' }
  const input = Object.fromEntries(fields)
  if (Object.keys(input).length !== fields.length) return { fault: 'repeated_field' }
  if (Object.values(input).some((value) => value.includes('\uFFFD') || value.includes('\0'))) {
    return { fault: 'broken_encoding' }
  }
  return { input }
}

/** Undefined when it is too large. */
export async function readBody(ctx: Context): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
