import type { Similarity } from './pixels.ts'

type Point = readonly [x: number, y: number]

export const ALIGNED_SIZE = 112

/** Where eyes, nose and corners of the mouth stand in an aligned face of 112 × 112 (ArcFace, Deng et al. 2019). */
const TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
]

/** The same five of the 68 points of iBUG 300-W, each as the mean of some. */
const FIVE: readonly (readonly number[])[] = [
  [37, 38, 40, 41],
  [43, 44, 46, 47],
  [30],
  [48, 60],
  [54, 64],
]

/** The crop of 112 × 112 in which this face stands as the embedding wants it. */
export function alignmentOf(landmarks: Float32Array): Similarity {
  return inverse(
    fitted(
      FIVE.map((indices) => meanPoint(landmarks, indices)),
      TEMPLATE,
    ),
  )
}

function meanPoint(landmarks: Float32Array, indices: readonly number[]): Point {
  const mean = (offset: number) =>
    indices.reduce((sum, i) => sum + (landmarks[i * 2 + offset] ?? 0), 0) / indices.length
  return [mean(0), mean(1)]
}

/** Least squares over similarities without reflection (Umeyama 1991, in the plane). */
function fitted(from: readonly Point[], to: readonly Point[]): Similarity {
  const [cx, cy] = centre(from)
  const [cu, cv] = centre(to)
  let [dot, cross, size] = [0, 0, 0]
  from.forEach(([px, py], i) => {
    const [pu = 0, pv = 0] = to[i] ?? []
    const [x, y, u, v] = [px - cx, py - cy, pu - cu, pv - cv]
    dot += x * u + y * v
    cross += x * v - y * u
    size += x * x + y * y
  })
  const [a, b] = [dot / size, cross / size]
  return { a, b, x: cu - a * cx + b * cy, y: cv - b * cx - a * cy }
}

function centre(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  return [mean(0), mean(1)]
}

function inverse({ a, b, x, y }: Similarity): Similarity {
  const size = a * a + b * b
  const [c, d] = [a / size, -b / size]
  return { a: c, b: d, x: -(c * x - d * y), y: -(d * x + c * y) }
}
