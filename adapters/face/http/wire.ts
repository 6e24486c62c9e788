import { z } from 'zod'
import { IMAGE_PROBLEMS } from '../../../src/ports/encoded-image.ts'
import { LIVENESS_FAILURES, LIVENESS_SAYS } from '../../../src/ports/liveness-provider.ts'

/** The wire format of docs/face-engine.md. Whatever is not exactly this was not understood. */
const Busy = z.strictObject({ kind: z.literal('busy') })
const NoStream = z.strictObject({ kind: z.literal('no_stream') })
const Problem = z.enum(IMAGE_PROBLEMS)

export const Compared = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compared'),
    decision: z.enum(['same', 'unsure', 'different']),
    score: z.number(),
  }),
  z.strictObject({
    kind: z.literal('unusable'),
    which: z.enum(['probe', 'reference']),
    problem: Problem,
  }),
  Busy,
])

export const Judged = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('judged'),
    decision: z.enum(['bona_fide', 'attack']),
    score: z.number().min(0).max(1),
  }),
  z.strictObject({ kind: z.literal('unusable'), problem: Problem }),
  Busy,
])

const Prompt = z.strictObject({
  kind: z.literal('prompt'),
  say: z.enum(LIVENESS_SAYS),
  progress: z.number().min(0).max(1),
  done: z.boolean(),
})
export const Prompted = z.discriminatedUnion('kind', [Prompt, Busy, NoStream])

const Facts = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
    z.union([z.string().max(200), z.number(), z.boolean()]),
  )
  .refine((facts) => Object.keys(facts).length <= 60)

export const Verdict = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('live'),
    frames: z.array(z.base64().min(1)).min(1).max(5),
    facts: Facts,
  }),
  z.strictObject({
    kind: z.literal('failed'),
    reason: z.enum(LIVENESS_FAILURES),
    facts: Facts,
  }),
  NoStream,
])

export const Discarded = z.strictObject({ kind: z.literal('discarded') })

/** Around every result. */
export const Envelope = z.strictObject({
  request_id: z.string(),
  engine: z.string(),
  result: z.unknown(),
})

export const encodedImage = (image: Uint8Array): string => Buffer.from(image).toString('base64')
