import { z } from 'zod'
import { MANIFEST } from '../manifest.ts'

const { embedding, attack } = MANIFEST.models
const cosine = z.number().min(-1).max(1)

/** By which numbers the engine's scores become decisions. Rates: chosen on one half of LFW (1.25 million
 *  impostor comparisons) and confirmed on the other, without a shared person; random impostors, not people of
 *  one age, sex and origin, among whom false matches are several times as many. */
export const OperatingPoints = z
  .object({
    /** Raised whenever a number here is changed: evidence names it. */
    version: z.string().min(1).max(40).default('1'),
    /** Cosine from which on it is the same person. At 0.416: FMR 1.1e-4, FNMR 3.5 to 5.8 %. */
    same: cosine.default(embedding.thresholds.same),
    /** Below, it is somebody else; between the two, nothing is said. At 0.34: FMR 1e-3, FNMR 0.8 to 1.8 %. */
    unsure: cosine.default(embedding.thresholds.unsure),
    /** Median share from which on frames are bona fide. At 0.5: no error on the prints of 8 people
     *  (64 prints, 65 frames), which bounds the true rates poorly; screens and masks were not measured. */
    bonaFide: z.number().min(0).max(1).default(attack.thresholds.bonaFide),
  })
  .refine(({ same, unsure }) => unsure <= same, {
    message: 'must not be above `same`',
    path: ['unsure'],
  })
export type OperatingPoints = z.infer<typeof OperatingPoints>

export const OPERATING_POINTS: OperatingPoints = OperatingPoints.parse({})
