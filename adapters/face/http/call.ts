import type { z } from 'zod'
import { Envelope } from './wire.ts'

/** A question that came back without an answer that can be used; it names nobody and quotes nothing. */
export class Unanswered extends Error {
  /** Worth one more try, where trying again changes nothing. */
  readonly isTransient: boolean

  constructor(message: string, isTransient = false) {
    super(message)
    this.name = 'Unanswered'
    this.isTransient = isTransient
  }
}

export interface Call<Schema extends z.ZodType> {
  readonly url: string
  readonly token: string
  readonly engine: string
  readonly requestId: string
  readonly body: Readonly<Record<string, unknown>>
  readonly schema: Schema
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** The statuses by which an engine says that it has enough to do. */
const BUSY = [429, 503]

/** One POST of JSON: no redirects, no more of the answer than one can be, and nothing but what the wire format
 *  says. Throws Unanswered. */
export async function call<Schema extends z.ZodType>(
  asked: Call<Schema>,
): Promise<z.infer<Schema> | 'busy'> {
  const { url, token, requestId, body, signal } = asked
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ request_id: requestId, ...body }),
    redirect: 'error',
    signal,
  }).catch(() => {
    // The cause may quote what was sent.
    throw new Unanswered(signal.aborted ? 'no answer in time' : 'nobody is there', !signal.aborted)
  })
  const text = await boundedText(answer, asked.maxBytes, signal)
  if (BUSY.includes(answer.status)) return 'busy'
  if (!answer.ok) throw new Unanswered(`HTTP ${answer.status}`, answer.status >= 500)
  return understood(text, asked)
}

function understood<Schema extends z.ZodType>(
  text: string,
  { requestId, engine, schema }: Call<Schema>,
): z.infer<Schema> {
  const { data: envelope } = Envelope.safeParse(parsed(text))
  if (envelope === undefined) throw new Unanswered('the answer is not of the wire format')
  if (envelope.request_id !== requestId) throw new Unanswered('the answer is to another question')
  if (envelope.engine !== engine) throw new Unanswered('the answer is of another engine')
  const result = schema.safeParse(envelope.result)
  if (!result.success) throw new Unanswered('the result is not of the wire format')
  return result.data
}

async function boundedText(answer: Response, maxBytes: number, signal: AbortSignal) {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body ?? []) {
      size += chunk.length
      if (size > maxBytes) throw new Unanswered('the answer is too long')
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof Unanswered) throw error
    throw new Unanswered(signal.aborted ? 'no answer in time' : 'the answer broke off')
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
