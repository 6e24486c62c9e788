import { z } from 'zod'
import { IDENTIFIER_TYPES } from '../ports/identifier.ts'
import { REFUSAL_REASONS } from './level.ts'

/** A step that goes on on another device. The secret by which that device is known is kept nowhere. */
export const HandOver = z.object({
  step: z.string(),
  /** Random; the code to be scanned is derived from it. */
  nonce: z.string(),
  /** Digits, shown on both devices. */
  number: z.string(),
  /** Milliseconds since the epoch: until then the code may be scanned. */
  expiresAt: z.number(),
  /** Fingerprint of the secret of the one device that took it. */
  device: z.string().optional(),
  /** It is no more: the step was proved there, or it was ended before. */
  over: z.enum(['proved', 'ended']).optional(),
})
export type HandOver = z.infer<typeof HandOver>

/** Where one interaction stands: who was named, what was proved in it, which step is open. Kept in the
 *  step store between pages and parsed when it comes back. */
export const Journey = z.object({
  subjectId: z.string().optional(),
  /** What the person was named by, in this interaction. */
  identifier: z
    .object({ type: z.enum(IDENTIFIER_TYPES), value: z.string(), issuer: z.string().optional() })
    .optional(),
  /** Began anew: what the session holds counts no longer. */
  isAnew: z.boolean().default(false),
  proofs: z.array(
    z.object({ rank: z.number().int(), amr: z.array(z.string()), provedAt: z.number().int() }),
  ),
  /** The request's details, enriched by what came of them. */
  details: z.array(z.record(z.string(), z.unknown())).optional(),
  open: z
    .object({
      step: z.string(),
      page: z.string(),
      state: z.unknown(),
      error: z.string().optional(),
    })
    .optional(),
  offered: z.array(z.string()),
  handOver: HandOver.optional(),
  refused: z.enum(REFUSAL_REASONS).optional(),
  finished: z.boolean(),
  /** A turn is under way; milliseconds since the epoch, after which it is taken for lost. */
  busyUntil: z.number().optional(),
})
export type Journey = z.infer<typeof Journey>

export function newJourney(subjectId: string | undefined): Journey {
  return { subjectId, isAnew: false, proofs: [], offered: [], finished: false }
}
