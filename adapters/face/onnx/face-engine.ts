import type { EncodedImage } from '../../../src/ports/encoded-image.ts'
import type { Box } from './pixels.ts'

/** What is wanted besides boxes, landmarks and quality. `averaged`: the mean of several looks at the face
 *  (mirrored, nearer, farther), for poor portraits; six times the work. */
export interface Wants {
  readonly embedding?: boolean | 'averaged'
  readonly attack?: boolean
  /** Looks closely at the face nearest to the middle instead of the largest, and puts it first: for sets of
   *  pictures that are about whom they are centred on. */
  readonly central?: boolean
}

/** Sees faces in images. All decoding and inference happen in worker threads; nothing of an image is kept. */
export interface FaceEngine {
  /** Name and short hashes of the models in use. */
  readonly version: string
  /** Rejects with `upstream_unavailable` when the engine itself is broken. */
  look(image: EncodedImage, wants: Wants): Promise<Look>
  close(): Promise<void>
}

export type Look =
  | { readonly kind: 'busy' }
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'seen'
      /** Of the upright image as it was looked at: large ones are scaled down to 1280 pixels first. */
      readonly width: number
      readonly height: number
      /** Mean luma of the largest face, or of the frame without one: 0 to 255. */
      readonly brightness: number
      /** The largest first. */
      readonly faces: readonly SeenFace[]
      /** Difference hash of the frame, 72 hexadecimal digits: see `hashDistance`. */
      readonly hash: string
    }

export interface SeenFace {
  readonly box: Box
  /** The detector's, 0.6 to 1. */
  readonly score: number
  /** 68 × (x, y) in pixels, in the order of iBUG 300-W. Empty for all but the largest face. */
  readonly landmarks: Float32Array
  /** Variance of the Laplacian of the aligned face. 0 for all but the largest. */
  readonly sharpness: number
  /** 512 numbers of length 1; when wanted, for the largest face. */
  readonly embedding?: Float32Array
  /** 0 (attack) to 1 (bona fide), the mean of two crops; when wanted, for the largest face. */
  readonly bonaFide?: number
}
