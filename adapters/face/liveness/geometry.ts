import type { SeenFace } from '../onnx/face-engine.ts'

/** Jaw beside the ears, and the tip of the nose, in the order of iBUG 300-W, counted from 0. */
const [RIGHT_JAW, LEFT_JAW, NOSE] = [2, 14, 30] as const

/** How far the head is turned, by where the nose is between the edges of the face, along the line from one edge
 *  to the other, so that a head that leans to a shoulder is not taken for a turned one: about 0 from the front,
 *  towards ±1 from the side. Positive: turned to the person's own left (the picture is not mirrored).
 *  NaN without landmarks; every comparison with it is false. */
export function turnOf(landmarks: ArrayLike<number>): number {
  const point = (i: number) =>
    [landmarks[2 * i] ?? Number.NaN, landmarks[2 * i + 1] ?? Number.NaN] as const
  const [[rightX, rightY], [leftX, leftY], [noseX, noseY]] = [
    point(RIGHT_JAW),
    point(LEFT_JAW),
    point(NOSE),
  ]
  const [spanX, spanY] = [leftX - rightX, leftY - rightY]
  const along = (noseX - rightX) * spanX + (noseY - rightY) * spanY
  return (2 * along) / (spanX ** 2 + spanY ** 2) - 1
}

export const cosine = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < one.length; i += 1) sum += (one[i] ?? 0) * (other[i] ?? Number.NaN)
  return sum
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Height of the face as a share of the picture's. */
export const sizeOf = ({ box }: SeenFace, height: number): number => (box[3] - box[1]) / height

/** Distance of the face's centre from the picture's, in shares of the picture, along the worse axis. */
export function offsetOf({ box }: SeenFace, width: number, height: number): number {
  const [left, top, right, bottom] = box
  return Math.max(
    Math.abs((left + right) / 2 / width - 0.5),
    Math.abs((top + bottom) / 2 / height - 0.5),
  )
}

/** The largest distance that a landmark has moved by, in heights of the face. */
export function motionOf(before: SeenFace, after: SeenFace): number {
  if (before.landmarks.length !== after.landmarks.length) return Number.POSITIVE_INFINITY
  const height = after.box[3] - after.box[1]
  let largest = 0
  for (let i = 0; i < after.landmarks.length; i += 1) {
    const moved = Math.abs((after.landmarks[i] ?? 0) - (before.landmarks[i] ?? 0))
    if (moved > largest) largest = moved
  }
  return largest / height
}
