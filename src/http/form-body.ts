import type { Context } from 'koa'
import type { Input } from '../assurance/level.ts'

const MAX_BYTES = 64 * 1024
const MAX_FIELDS = 32
/** Of a picture, in a form or by itself. */
export const MAX_PICTURE_BYTES = 4 * 1024 * 1024
const MAX_FILES = 2

export type FormFault = 'too_large' | 'wrong_type' | 'repeated_field' | 'broken_encoding'
type Files = Readonly<Record<string, Uint8Array>>
export type Form = { readonly input: Input; readonly files?: Files } | { readonly fault: FormFault }

/** Reads one urlencoded form: bounded, well-formed UTF-8, each field once. */
export async function readForm(ctx: Context): Promise<Form> {
  if (!ctx.is('application/x-www-form-urlencoded')) return { fault: 'wrong_type' }
  const body = await readBody(ctx)
  if (body === undefined) return { fault: 'too_large' }
  const text = decode(body)
  if (text === undefined) return { fault: 'broken_encoding' }
  return formOf([...new URLSearchParams(text)])
}

/** Likewise, or a form with a file, from a page without its script. */
export async function readFormWithFile(ctx: Context): Promise<Form> {
  if (!ctx.is('multipart/form-data')) return readForm(ctx)
  const body = await readWhole(ctx, MAX_PICTURE_BYTES + MAX_BYTES)
  if (body === undefined) return { fault: 'too_large' }
  try {
    return await partsOf(body, ctx.get('Content-Type'))
  } catch {
    return { fault: 'broken_encoding' }
  } finally {
    body.fill(0)
  }
}

async function partsOf(body: Buffer, type: string): Promise<Form> {
  const headers = { 'Content-Type': type }
  const data = await new Response(new Uint8Array(body), { headers }).formData()
  const parts = [...data]
  const fields = parts.flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  )
  // A form without a place for files is sent as forms are.
  if (fields.length === parts.length) return { fault: 'wrong_type' }
  const files = parts.flatMap(([name, value]) =>
    typeof value === 'string' || value.size === 0 ? [] : [[name, value] as const],
  )
  if (files.length > MAX_FILES || files.some(([, { size }]) => size > MAX_PICTURE_BYTES)) {
    return { fault: 'too_large' }
  }
  const read = files.map(async ([name, file]) => [name, await file.bytes()] as const)
  const form = formOf(fields)
  return 'fault' in form ? form : { ...form, files: Object.fromEntries(await Promise.all(read)) }
}

function formOf(fields: readonly (readonly [string, string])[]): Form {
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

/** A body whose length is told beforehand and is no more than that, in one piece; the pieces in which it came are
 *  wiped, since it may be a picture. Undefined when it is too large or does not say how large it is. */
export async function readWhole(ctx: Context, maxBytes: number): Promise<Buffer | undefined> {
  const length = Number(ctx.get('Content-Length') || NaN)
  if (!(length <= maxBytes)) return undefined
  const body = Buffer.alloc(length)
  let at = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    at += chunk.copy(body, at)
    chunk.fill(0)
  }
  return at === length ? body : undefined
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
