import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import type { Refused } from './fault.ts'
import type { VerifyLimits } from './limits.ts'

export type Received = { readonly body: Buffer; release(): void } | Refused

/** Reads whole bodies of strangers: each no longer than allowed, all together no more than memory is set aside for,
 *  and none slower than the deadline. `release` gives the memory back. */
export function bodyReader(
  limits: VerifyLimits,
): (ctx: Context, most: number) => Promise<Received> {
  let held = 0
  return async (ctx, most) => {
    const length = lengthOf(ctx)
    if (length === undefined) return { fault: 'length_required' }
    if (length === 0) return { fault: 'empty' }
    if (length > most) return { fault: 'too_large' }
    if (held + length > limits.uploadBytes) return { fault: 'busy', retryAfterSeconds: 10 }
    held += length
    const body = await received(ctx.req, length, limits.uploadMs)
    if (Buffer.isBuffer(body)) return { body, release: once(() => (held -= length)) }
    held -= length
    // Whoever is too slow must not hold the connection, either.
    ctx.set('Connection', 'close')
    return { fault: body }
  }
}

function lengthOf(ctx: Context): number | undefined {
  const given = ctx.get('Content-Length')
  return /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

function once(what: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) what()
    isDone = true
  }
}

function received(
  request: IncomingMessage,
  length: number,
  timeoutMs: number,
): Promise<Buffer | 'too_slow' | 'broken'> {
  const body = Buffer.allocUnsafe(length)
  let at = 0
  return new Promise((resolve) => {
    const timer = setTimeout(() => end('too_slow'), timeoutMs)
    const onData = (chunk: Buffer) => void (at += chunk.copy(body, at))
    const onEnd = () => end(at === length ? body : 'broken')
    const onClose = () => end('broken')
    function end(how: Buffer | 'too_slow' | 'broken'): void {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      resolve(how)
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}
