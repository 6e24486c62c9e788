import { z } from 'zod'
import { IDENTIFIER_TYPES } from '../ports/identifier.ts'
import { REFUSAL_REASONS } from './level.ts'

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
  open: z
    .object({
      step: z.string(),
      page: z.string(),
      state: z.unknown(),
      error: z.string().optional(),
    })
    .optional(),
  offered: z.array(z.string()),
  refused: z.enum(REFUSAL_REASONS).optional(),
  finished: z.boolean(),
  /** A turn is under way; milliseconds since the epoch, after which it is taken for lost. */
  busyUntil: z.number().optional(),
})
export type Journey = z.infer<typeof Journey>

export function newJourney(subjectId: string | undefined): Journey {
  return { subjectId, isAnew: false, proofs: [], offered: [], finished: false }
}
