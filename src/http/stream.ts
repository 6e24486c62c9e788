import type { Context } from 'koa'
import type { Answered, StepUp, StepUpVisit } from '../assurance/step-up.ts'
import type { Limit } from '../ports/rate-limiter.ts'
import type { Ports } from '../ports/index.ts'
import { isCsrfValid } from './csrf.ts'
import { MAX_PICTURE_BYTES, readWhole } from './form-body.ts'

/** A camera gives a dozen frames a second at the most that are of use. */
const MESSAGES: Limit = { name: 'stream', points: 600, seconds: 60 }
const TYPES = ['image/jpeg', 'image/png', 'image/webp']

interface Needs {
  readonly stepUp: StepUp
  readonly ports: Pick<Ports, 'limiter'>
}

export interface Sender {
  readonly visit: StepUpVisit
  /** As in this page's forms. */
  readonly csrf: string
}

/** One message of a page's script (a frame of a camera): `X-CSRF-Token`, `X-Place` and `X-Sequence` say whose,
 *  from which page, and its number; the body is the picture. Answered by JSON for that script alone. */
export async function receiveMessage(
  ctx: Context,
  { stepUp, ports }: Needs,
  { visit, csrf }: Sender,
): Promise<void> {
  const given = ctx.get('X-CSRF-Token') || undefined
  if (!isCsrfValid(csrf, given, ctx)) return answer(ctx, 403, { error: 'forbidden' })
  const { allowed, retryAfterSeconds } = await ports.limiter.take(MESSAGES, visit.uid)
  if (!allowed) return slower(ctx, retryAfterSeconds)
  if (!ctx.is(TYPES)) return answer(ctx, 415, { error: 'unsupported_type' })
  const place = /^[\w-]{1,40}\/[\w-]{1,40}$/.exec(ctx.get('X-Place'))?.[0]
  const sequence = /^\d{1,6}$/.exec(ctx.get('X-Sequence'))?.[0]
  if (place === undefined || sequence === undefined) {
    return answer(ctx, 400, { error: 'invalid_request' })
  }
  const body = await readWhole(ctx, MAX_PICTURE_BYTES)
  if (body === undefined) return answer(ctx, 413, { error: 'too_large' })
  const sent = { place, sequence: Number(sequence), body }
  tell(ctx, await stepUp.receive(visit, sent))
}

function tell(ctx: Context, answered: Answered): void {
  if (answered.kind === 'reply') return answer(ctx, 200, answered.reply)
  if (answered.kind === 'too_many') return slower(ctx, 60)
  // Another form was faster, or the step begins anew: the script loads its page again.
  return answer(ctx, 409, { error: 'moved' })
}

function slower(ctx: Context, seconds: number): void {
  ctx.set('Retry-After', String(seconds))
  answer(ctx, 429, { error: 'too_many' })
}

/** JSON that nobody keeps. */
export function answer(ctx: Context, status: number, body: object): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.body = body
}
