import { z } from 'zod'
import type { ImageProblem } from '../../../src/ports/encoded-image.ts'
import type { Look, SeenFace } from './face-engine.ts'

/** What a picture must be for its score to mean anything. */
export const QualityGate = z.object({
  /** Height of the face, pixels. */
  minHeight: z.number().int().min(16).max(1000),
  /** Mean luma of the face. */
  minBrightness: z.number().min(0).max(255),
  /** Variance of the Laplacian of the aligned face. */
  minSharpness: z.number().min(0),
  /** The detector's. Faces that it is not sure of are half hidden, soft or none. */
  minScore: z.number().min(0).max(1),
  /** From this share of the first face's height on, a second one counts. */
  secondFaceFrom: z.number().min(0).max(1),
})
export type QualityGate = z.infer<typeof QualityGate>

/** A frame of a camera, which the liveness check has let through. */
export const FRAME_GATE: QualityGate = {
  minHeight: 60,
  minBrightness: 40,
  minSharpness: 6,
  minScore: 0.6,
  secondFaceFrom: 0.35,
}

export type Usable =
  | { readonly kind: 'usable'; readonly face: SeenFace }
  | { readonly kind: 'unusable'; readonly problem: ImageProblem }
  | { readonly kind: 'busy' }

/** The face in the picture, or why it is of no use. */
export function usableFace(look: Look, gate: QualityGate): Usable {
  if (look.kind === 'busy') return { kind: 'busy' }
  const problem = look.kind === 'unreadable' ? 'unreadable' : problemOf(look, gate)
  const face = look.kind === 'seen' ? look.faces[0] : undefined
  return problem === undefined && face !== undefined
    ? { kind: 'usable', face }
    : { kind: 'unusable', problem: problem ?? 'no_face' }
}

function problemOf(
  { faces: [face, second], brightness }: Extract<Look, { kind: 'seen' }>,
  gate: QualityGate,
): ImageProblem | undefined {
  if (face === undefined) return brightness < gate.minBrightness ? 'too_dark' : 'no_face'
  const height = heightOf(face)
  if (second && heightOf(second) >= gate.secondFaceFrom * height) return 'several_faces'
  if (brightness < gate.minBrightness) return 'too_dark'
  if (height < gate.minHeight) return 'too_small'
  return face.sharpness < gate.minSharpness || face.score < gate.minScore ? 'blurred' : undefined
}

export const heightOf = ({ box: [, top, , bottom] }: SeenFace): number => bottom - top
