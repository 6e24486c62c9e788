import type { Busy, EncodedImage, ImageProblem } from './encoded-image.ts'

export type FaceComparison =
  | {
      readonly kind: 'compared'
      /** By the operating points of this very engine, which are its configuration. */
      readonly decision: 'same' | 'unsure' | 'different'
      /** As the engine counts, e.g. cosine similarity from -1 to 1; for the evidence only. */
      readonly score: number
    }
  | {
      readonly kind: 'unusable'
      readonly which: 'probe' | 'reference'
      readonly problem: ImageProblem
    }
  | Busy

/** Is the person in the probes the person in the reference (ISO/IEC 19795-1: verification, 1:1)? */
export interface FaceMatcher {
  /** Name, version, hash of the models and version of the operating points: goes into the evidence. */
  readonly verifier: string
  /** `probes`: one or several images of one person, taken together. */
  compare(probes: readonly EncodedImage[], reference: EncodedImage): Promise<FaceComparison>
}
