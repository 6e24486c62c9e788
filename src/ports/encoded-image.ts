/** A still image as it came from outside: JPEG, PNG or WebP, one frame. Nothing about it has been checked. */
export type EncodedImage = Uint8Array

/** Why an image is of no use. `unreadable`: not one of the three formats, damaged, or over the limits. */
export const IMAGE_PROBLEMS = [
  'unreadable',
  'no_face',
  'several_faces',
  'too_small',
  'too_dark',
  'blurred',
] as const
export type ImageProblem = (typeof IMAGE_PROBLEMS)[number]

/** The engine has as much to do as it takes; the same question may be asked again in some seconds. */
export interface Busy {
  readonly kind: 'busy'
}
