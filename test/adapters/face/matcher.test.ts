import { describe, expect, it } from '@jest/globals'
import { onnxAttackDetector } from '../../../adapters/face/onnx/attacks.ts'
import type { FaceEngine, Look, SeenFace, Wants } from '../../../adapters/face/onnx/engine.ts'
import { onnxMatcher } from '../../../adapters/face/onnx/matcher.ts'
import { OPERATING_POINTS, OperatingPoints } from '../../../adapters/face/onnx/operating-points.ts'

/** What the pretended engine sees in a picture that is named so. */
type Scenes = Readonly<Record<string, Look>>

const picture = (name: string) => Buffer.from(name)

/** A direction at this angle to the first one, in the plane. */
function at(cosine: number): Float32Array {
  const embedding = new Float32Array(512)
  embedding[0] = cosine
  embedding[1] = Math.sqrt(1 - cosine * cosine)
  return embedding
}

const LANDMARKS = Float32Array.from({ length: 136 }, (_, i) => {
  const point = i >> 1
  if (i % 2 === 1) return 150
  // Edges of the face at 100 and 200, and the nose in the middle.
  return point < 8 ? 100 : point > 8 && point < 17 ? 200 : 150
})

function face(more: Partial<SeenFace> = {}): SeenFace {
  const box = [100, 100, 200, 230] as const
  return {
    box,
    score: 0.999,
    landmarks: LANDMARKS,
    sharpness: 60,
    embedding: at(1),
    bonaFide: 0.9,
    ...more,
  }
}

const seen = (faces: readonly SeenFace[], brightness = 120): Look => ({
  kind: 'seen',
  width: 640,
  height: 480,
  brightness,
  faces,
  hash: '',
})
const like = (cosine: number) => seen([face({ embedding: at(cosine) })])

function engineOf(scenes: Scenes) {
  const asked: { name: string; wants: Wants }[] = []
  const engine: FaceEngine = {
    version: 'pretended/1',
    async look(image, wants) {
      const name = Buffer.from(image).toString()
      asked.push({ name, wants })
      return scenes[name] ?? { kind: 'unreadable' }
    },
    close: async () => undefined,
  }
  return { engine, asked }
}

const POOR: Scenes = {
  nobody: seen([]),
  dark: seen([face()], 20),
  night: seen([], 5),
  far: seen([face({ box: [100, 100, 125, 130] })]),
  soft: seen([face({ sharpness: 1 })]),
  two: seen([face(), face({ box: [300, 100, 400, 230] })]),
  poster: seen([face(), face({ box: [300, 100, 320, 130] })]),
}

async function compared(scenes: Scenes, probes: readonly string[], reference = 'card') {
  const { engine } = engineOf({ card: like(1), ...POOR, ...scenes })
  const matcher = onnxMatcher(engine, { points: OPERATING_POINTS })
  return matcher.compare(probes.map(picture), picture(reference))
}

describe('the matcher', () => {
  it.each([
    [0.416, 'same'],
    [0.9, 'same'],
    [0.4159, 'unsure'],
    [0.3401, 'unsure'],
    [0.3399, 'different'],
    [-0.2, 'different'],
  ] as const)('says of a cosine of %d: %s', async (cosine, decision) => {
    // The last digits are those of 32 bits.
    const probe = like(cosine === 0.416 ? 0.41601 : cosine)
    expect(await compared({ probe }, ['probe'])).toMatchObject({ kind: 'compared', decision })
  })

  it('has its operating points from its settings, and names them', async () => {
    const { engine } = engineOf({ card: like(1), probe: like(0.45) })
    const points = OperatingPoints.parse({ version: '2', same: 0.5, unsure: 0.4 })
    const matcher = onnxMatcher(engine, { points })
    expect(await matcher.compare([picture('probe')], picture('card'))).toMatchObject({
      decision: 'unsure',
    })
    expect(matcher.verifier).toBe('panjereh-cosine/2 same=0.5 unsure=0.4 pretended/1')
    expect(() => OperatingPoints.parse({ same: 0.3 })).toThrow('must not be above')
  })

  it('is never sure of a number that is none', async () => {
    const probe = seen([face({ embedding: new Float32Array(512).fill(NaN) })])
    expect(await compared({ probe }, ['probe'])).not.toMatchObject({ decision: 'same' })
    const none = seen([face({ embedding: undefined })])
    expect(await compared({ none }, ['none'])).toMatchObject({ kind: 'unusable', which: 'probe' })
  })

  it('takes all probes together', async () => {
    const [low, high] = [like(0.36), like(0.6)]
    expect(await compared({ low }, ['low'])).toMatchObject({ decision: 'unsure' })
    expect(await compared({ low, high }, ['low', 'high'])).toMatchObject({ decision: 'same' })
  })

  it('does not take two people together', async () => {
    const result = await compared({ one: like(0.9), other: like(-0.4) }, ['one', 'other'])
    expect(result).toEqual({ kind: 'unusable', which: 'probe', problem: 'several_faces' })
  })

  it.each([
    ['none', 'unreadable'],
    ['nobody', 'no_face'],
    ['night', 'too_dark'],
    ['dark', 'too_dark'],
    ['far', 'too_small'],
    ['soft', 'blurred'],
    ['two', 'several_faces'],
  ])('says of a picture that is %s: %s', async (name, problem) => {
    const unusable = { kind: 'unusable', problem }
    expect(await compared({}, [name])).toEqual({ ...unusable, which: 'probe' })
    expect(await compared({}, ['card'], name)).toEqual({ ...unusable, which: 'reference' })
  })

  it('lets small faces far behind be', async () => {
    expect(await compared({}, ['poster'])).toMatchObject({ decision: 'same' })
  })

  it('leaves poor probes out while there are good ones, but no second face', async () => {
    expect(await compared({}, ['soft', 'card', 'none'])).toMatchObject({ decision: 'same' })
    expect(await compared({}, ['card', 'two'])).toMatchObject({ problem: 'several_faces' })
    expect(await compared({}, [])).toMatchObject({ kind: 'unusable', which: 'probe' })
  })

  it('is busy when the engine is', async () => {
    const busy = { kind: 'busy' } as const
    expect(await compared({ busy }, ['card', 'busy'])).toEqual(busy)
    expect(await compared({ busy }, ['card'], 'busy')).toEqual(busy)
  })

  it('looks at a few probes, and several times at the portrait', async () => {
    const { engine, asked } = engineOf({ card: like(1) })
    const probes = Array.from({ length: 50 }, () => picture('card'))
    await onnxMatcher(engine, { points: OPERATING_POINTS }).compare(probes, picture('card'))
    expect(asked).toHaveLength(6)
    expect(asked.filter(({ wants }) => wants.embedding === 'averaged')).toHaveLength(1)
  })
})

describe('the detector of attacks', () => {
  const live = (bonaFide: number) => seen([face({ bonaFide })])

  async function judged(scenes: Scenes, frames: readonly string[]) {
    const { engine } = engineOf({ ...POOR, ...scenes })
    const detector = onnxAttackDetector(engine, { points: OPERATING_POINTS })
    return detector.judge(frames.map(picture))
  }
  const SCENES = { a: live(0.9), b: live(0.2), c: live(0.7), d: live(0.5), e: live(0.4999) }

  it.each([
    [['a'], 'bona_fide', 0.9],
    [['a', 'b', 'c'], 'bona_fide', 0.7],
    [['a', 'b', 'b'], 'attack', 0.2],
    [['d'], 'bona_fide', 0.5],
    [['e'], 'attack', 0.4999],
    // Of an even number, the lower of the two in the middle.
    [['a', 'b'], 'attack', 0.2],
  ])('judges %j by their median: %s', async (frames, decision, score) => {
    expect(await judged(SCENES, frames)).toEqual({ kind: 'judged', decision, score })
  })

  it('leaves poor frames out, and judges nothing without a good one', async () => {
    expect(await judged(SCENES, ['soft', 'b', 'nobody'])).toMatchObject({ decision: 'attack' })
    expect(await judged(SCENES, ['dark'])).toEqual({ kind: 'unusable', problem: 'too_dark' })
    expect(await judged(SCENES, [])).toEqual({ kind: 'unusable', problem: 'no_face' })
    expect(await judged(SCENES, ['a', 'two'])).toMatchObject({ problem: 'several_faces' })
    expect(await judged({ busy: { kind: 'busy' } }, ['busy'])).toEqual({ kind: 'busy' })
  })

  it('takes a face without a score for an attack', async () => {
    const mute = seen([face({ bonaFide: undefined })])
    expect(await judged({ mute }, ['mute'])).toMatchObject({ decision: 'attack', score: 0 })
  })

  it('names its models and its operating point', () => {
    const { engine } = engineOf({})
    const { verifier } = onnxAttackDetector(engine, { points: OPERATING_POINTS })
    expect(verifier).toBe('panjereh-passive/1 bonaFide=0.5 pretended/1')
  })
})
