import { z } from 'zod'

/** Where one interaction stands: who was named, what was proved in it, which step is open. Kept in the
 *  step store between pages and parsed when it comes back. */
export const Journey = z.object({
  subjectId: z.string().optional(),
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
  refused: z.enum(['cancelled', 'too_many_tries', 'not_eligible', 'conflict']).optional(),
  finished: z.boolean(),
  /** A turn is under way; milliseconds since the epoch, after which it is taken for lost. */
  busyUntil: z.number().optional(),
})
export type Journey = z.infer<typeof Journey>

export function newJourney(subjectId: string | undefined): Journey {
  return { subjectId, proofs: [], offered: [], finished: false }
}
