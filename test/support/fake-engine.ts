import type { FaceEngine, Look, SeenFace, Wants } from '../../adapters/face/onnx/face-engine.ts'

/** What a pretended frame shows. */
export interface Pose {
  /** Radians; positive: to the person's own left. */
  readonly yaw?: number
  /** A flat picture, seen so slantingly that its nose is where a turned head's would be. */
  readonly slant?: number
  readonly person?: number
  /** Height of the face as a share of the picture's. */
  readonly size?: number
  readonly bonaFide?: number
  readonly brightness?: number
  readonly sharpness?: number
  readonly faces?: number
  readonly isUnreadable?: boolean
  readonly isBusy?: boolean
  /** Other noise: another picture of the same. */
  readonly grain?: number
  /** Bytes that say nothing. */
  readonly padding?: number
}

const [WIDTH, HEIGHT] = [640, 480]

export function pretended(pose: Pose): Uint8Array<ArrayBuffer> {
  const { padding = 0, ...shown } = pose
  return new Uint8Array(Buffer.from(JSON.stringify(shown) + ' '.repeat(padding)))
}

/** Reads pretended frames as the real engine reads pictures, and counts what it was asked for. */
export function fakeEngine() {
  const asked = { looks: 0, embeddings: 0, attacks: 0 }
  const engine: FaceEngine = {
    version: 'fake-engine/1',
    async look(image, wants) {
      asked.looks += 1
      asked.embeddings += wants.embedding ? 1 : 0
      asked.attacks += wants.attack ? 1 : 0
      return lookAt(poseOf(image), wants)
    },
    close: async () => undefined,
  }
  return { engine, asked }
}

function poseOf(image: Uint8Array): Pose {
  try {
    return JSON.parse(Buffer.from(image).toString()) as Pose
  } catch {
    return { isUnreadable: true }
  }
}

export function lookAt(pose: Pose, wants: Wants): Look {
  if (pose.isBusy) return { kind: 'busy' }
  if (pose.isUnreadable) return { kind: 'unreadable' }
  const { faces = 1, brightness = 130, grain = 0 } = pose
  return {
    kind: 'seen',
    width: WIDTH,
    height: HEIGHT,
    brightness,
    hash: String(grain),
    faces: Array.from({ length: faces }, () => faceOf(pose, wants)),
  }
}

function faceOf(pose: Pose, { embedding, attack }: Wants): SeenFace {
  const { size = 0.4, bonaFide = 0.95, sharpness = 40, person = 0 } = pose
  const height = size * HEIGHT
  const [left, top] = [WIDTH / 2 - height * 0.4, HEIGHT / 2 - height / 2]
  return {
    box: [left, top, left + height * 0.8, top + height],
    score: 0.99,
    landmarks: landmarksOf(pose, height),
    sharpness,
    ...(embedding && { embedding: embeddingOf(person) }),
    ...(attack && { bonaFide }),
  }
}

/** Other people are at right angles. */
export function embeddingOf(person: number): Float32Array {
  const embedding = new Float32Array(512)
  embedding[person % 512] = 1
  return embedding
}

/** 68 points on a head of radius 1: the jaw runs around it, the nose stands before it. */
const HEAD = Array.from({ length: 68 }, (_, i): readonly [number, number, number] => {
  if (i < 17) {
    const angle = ((i - 8) / 8) * 1.45
    return [Math.sin(angle) * 0.8, 0.9 * Math.cos(angle) - 0.1, Math.cos(angle) * 0.75 - 0.1]
  }
  if (i < 27) return [((i - 21.5) / 4.5) * 0.6, -0.5 - 0.02 * (i % 3), 0.7]
  if (i < 31) return [0, -0.35 + (i - 27) * 0.13, 0.8 + (i - 27) * 0.09]
  if (i < 36) return [((i - 33) / 2) * 0.16, 0.14, 0.85]
  if (i < 48) {
    const [side, at] = i < 42 ? [-0.35, i - 36] : [0.35, i - 42]
    return [side + 0.13 * Math.cos(at), -0.3 + 0.06 * Math.sin(at), 0.65]
  }
  const at = ((i - 48) / 20) * 2 * Math.PI
  return [0.27 * Math.cos(at), 0.42 + 0.1 * Math.sin(at), 0.72]
})

function landmarksOf({ yaw = 0, slant = 0, grain = 0 }: Pose, height: number): Float32Array {
  const points = HEAD.flatMap(([x, y, z], i) => {
    const turned = x * Math.cos(yaw) + z * Math.sin(yaw)
    // A projective map with one vanishing line: what a plane does, and no head.
    const depth = 1 + slant * turned
    const noise = 0.002 * Math.sin(grain * 12.9898 + i * 78.233)
    return [
      WIDTH / 2 + (turned / depth + noise) * height * 0.5,
      HEIGHT / 2 + (y / depth + noise) * height * 0.5,
    ]
  })
  return Float32Array.from(points)
}
