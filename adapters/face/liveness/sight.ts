import type { LivenessSay } from '../../../src/ports/liveness-provider.ts'
import type { Look, SeenFace } from '../onnx/face-engine.ts'
import { offsetOf, sizeOf } from './geometry.ts'
import type { Rules } from './rules.ts'

/** One frame as the engine saw it. */
export interface Sight {
  /** Counted by the page. */
  readonly sequence: number
  /** Milliseconds by our clock, when it arrived. */
  readonly at: number
  /** Of the bytes: the same frame has the same. */
  readonly digest: string
  readonly look: Look
}

/** A frame with one face that is of use. */
export interface Glance {
  readonly sequence: number
  readonly at: number
  readonly digest: string
  readonly hash: string
  readonly width: number
  readonly height: number
  readonly face: SeenFace
}

export type Hindrance = Extract<
  LivenessSay,
  | 'no_face'
  | 'several_faces'
  | 'too_dark'
  | 'blurred'
  | 'too_far'
  | 'too_near'
  | 'off_centre'
  | 'busy'
>

/** What is in the way of using this frame, or the face in it. */
export function glanceOf({ look, ...sight }: Sight, rules: Rules): Glance | Hindrance {
  if (look.kind === 'busy') return 'busy'
  if (look.kind === 'unreadable') return 'no_face'
  const [face, second] = look.faces
  const { width, height, hash } = look
  if (face === undefined || !isWhole(face)) {
    return look.brightness < rules.minBrightness ? 'too_dark' : 'no_face'
  }
  const tall = sizeOf(face, height)
  if (second && sizeOf(second, height) >= rules.secondFaceFrom * tall) return 'several_faces'
  if (look.brightness < rules.minBrightness) return 'too_dark'
  if (tall < rules.minSize || tall * height < rules.minPixels) return 'too_far'
  if (tall > rules.maxSize) return 'too_near'
  if (offsetOf(face, width, height) > rules.maxOffset) return 'off_centre'
  if (face.sharpness < rules.minSharpness) return 'blurred'
  return { ...sight, hash, width, height, face }
}

/** All 68 landmarks, all of them numbers. */
const isWhole = ({ landmarks }: SeenFace) =>
  landmarks.length === 136 && landmarks.every(Number.isFinite)
