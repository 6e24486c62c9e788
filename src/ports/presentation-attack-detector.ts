import type { Busy, EncodedImage, ImageProblem } from './encoded-image.ts'

export type PresentationVerdict =
  | {
      readonly kind: 'judged'
      readonly decision: 'bona_fide' | 'attack'
      /** From 0 (attack) to 1 (bona fide), the median over the frames. */
      readonly score: number
    }
  | { readonly kind: 'unusable'; readonly problem: ImageProblem }
  | Busy

/** Passive detection of presentation attacks (ISO/IEC 30107-1) over frames of one person. */
export interface PresentationAttackDetector {
  readonly verifier: string
  judge(frames: readonly EncodedImage[]): Promise<PresentationVerdict>
}
