import { ALIGNED_SIZE, alignmentOf } from './alignment.ts'
import { cropped, planar, type Pixels, type Similarity } from './pixels.ts'
import type { Model } from './sessions.ts'

/** How else the same face is looked at for an averaged embedding: mirrored, and a little nearer and farther. */
const SCALES = [1, 0.94, 1.06]

/** size × size × RGB. */
export function alignedFace(pixels: Pixels, landmarks: Float32Array): Float32Array {
  return cropped(pixels, alignmentOf(landmarks), ALIGNED_SIZE)
}

/** 512 numbers of length 1. `face`: 112 × 112 × RGB, aligned. */
export async function embeddingOf(model: Model, face: Float32Array): Promise<Float32Array> {
  const { output } = await model.run(planar(face, { mean: 127.5, scale: 128 }))
  if (output === undefined) throw new Error('the embedding model gives no output')
  return unit(output)
}

/** The mean of several looks at one face: steadier where the picture is poor, at six times the price. */
export async function averagedEmbedding(
  model: Model,
  pixels: Pixels,
  landmarks: Float32Array,
): Promise<Float32Array> {
  const map = alignmentOf(landmarks)
  const embeddings: Float32Array[] = []
  for (const scale of SCALES) {
    const face = cropped(pixels, scaled(map, scale), ALIGNED_SIZE)
    embeddings.push(await embeddingOf(model, face), await embeddingOf(model, mirrored(face)))
  }
  return meanEmbedding(embeddings)
}

export function meanEmbedding(embeddings: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(embeddings[0]?.length ?? 0)
  for (const embedding of embeddings)
    embedding.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value))
  return unit(sum)
}

/** Cosine of the angle between two of length 1. */
export function similarity(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let i = 0; i < one.length; i += 1) sum += (one[i] ?? 0) * (other[i] ?? 0)
  return sum
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return length > 0 ? vector.map((value) => value / length) : vector
}

/** About the middle of the crop. */
function scaled({ a, b, x, y }: Similarity, scale: number): Similarity {
  const middle = (ALIGNED_SIZE - 1) / 2
  const shift = middle * (1 - scale)
  return { a: a * scale, b: b * scale, x: x + (a - b) * shift, y: y + (a + b) * shift }
}

function mirrored(face: Float32Array): Float32Array {
  const out = new Float32Array(face.length)
  for (let i = 0; i < face.length / 3; i += 1) {
    const u = i % ALIGNED_SIZE
    const from = (i - u + ALIGNED_SIZE - 1 - u) * 3
    out.set(face.subarray(from, from + 3), i * 3)
  }
  return out
}
