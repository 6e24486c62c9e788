import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { similarity } from '../../../adapters/face/onnx/embedding.ts'
import { faceEngine, type FaceEngine, type Look } from '../../../adapters/face/onnx/engine.ts'
import { hashDistance } from '../../../adapters/face/onnx/frame-hash.ts'
import { cut, groupPicture, head, modelsDirectory } from '../../support/sample-faces.ts'
import { requires } from '../../support/skips.ts'

type Seen = Extract<Look, { kind: 'seen' }>

const ODD = new URL('../../support/odd-worker.ts', import.meta.url)
const deed = (name: string) => Buffer.from(name)

requires('face-models')('the engine', () => {
  let engine: FaceEngine
  beforeAll(async () => {
    engine = await faceEngine({ directory: modelsDirectory(), workers: 1 })
  })
  afterAll(() => engine.close())

  async function seen(image: Uint8Array, wants = {}): Promise<Seen> {
    const look = await engine.look(image, wants)
    if (look.kind !== 'seen') throw new Error(look.kind)
    return look
  }
  const embeddingOf = async (image: Uint8Array, embedding: true | 'averaged' = true) => {
    const found = (await seen(image, { embedding })).faces[0]?.embedding
    if (found === undefined) throw new Error('no embedding')
    return found
  }

  it('finds the faces of a picture, the largest first', async () => {
    const { width, height, faces } = await seen(await readFile(groupPicture()))
    expect([width, height]).toEqual([1280, 853])
    expect(faces).toHaveLength(3)
    const areas = faces.map(
      ({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top),
    )
    expect(areas).toEqual(areas.toSorted((one, other) => other - one))
  })

  it('puts the 68 points into the face, in the order of iBUG 300-W', async () => {
    const { faces } = await seen(await head('bea'))
    const { landmarks, box } = faces[0]!
    const [left, top, right, bottom] = box
    const point = (i: number) => [landmarks[i * 2] ?? NaN, landmarks[i * 2 + 1] ?? NaN] as const
    const margin = (bottom - top) * 0.25
    for (let i = 0; i < 68; i += 1) {
      const [x, y] = point(i)
      expect(x > left - margin && x < right + margin).toBe(true)
      expect(y > top - margin && y < bottom + margin).toBe(true)
    }
    const [[eye, brow], [other], [nose, tip], [, chin]] = [
      point(39),
      point(42),
      point(30),
      point(8),
    ]
    expect(eye).toBeLessThan(other)
    expect(nose).toBeGreaterThan(eye - 10)
    expect([brow, tip, chin]).toEqual([brow, tip, chin].toSorted((one, two) => one - two))
  })

  it('knows somebody again, in another picture, a mirror, or at half the size', async () => {
    const ann = await embeddingOf(await head('ann'))
    expect(Math.hypot(...ann)).toBeCloseTo(1, 4)
    expect(similarity(ann, await embeddingOf(await head('annAgain')))).toBeGreaterThan(0.5)
    const mirror = await cut('ann').flop().jpeg().toBuffer()
    expect(similarity(ann, await embeddingOf(mirror))).toBeGreaterThan(0.8)
    const small = await cut('ann').resize(160).jpeg({ quality: 70 }).toBuffer()
    expect(similarity(ann, await embeddingOf(small))).toBeGreaterThan(0.8)
  })

  it('takes nobody for somebody else', async () => {
    const people = ['ann', 'bea', 'cyd', 'dan', 'eve'] as const
    const embeddings = await Promise.all(people.map(async (one) => embeddingOf(await head(one))))
    embeddings.forEach((one, i) => {
      embeddings.slice(i + 1).forEach((other) => expect(similarity(one, other)).toBeLessThan(0.34))
    })
  })

  it('averages several looks at one face', async () => {
    const poor = await cut('annAgain').resize(130).blur(0.8).jpeg({ quality: 60 }).toBuffer()
    const [ann, once, averaged] = [
      await embeddingOf(await head('ann')),
      await embeddingOf(poor),
      await embeddingOf(poor, 'averaged'),
    ]
    expect(Math.hypot(...averaged)).toBeCloseTo(1, 4)
    expect(similarity(once, averaged)).toBeGreaterThan(0.8)
    expect(similarity(once, averaged)).toBeLessThan(0.9999)
    expect(similarity(ann, averaged)).toBeGreaterThan(0.3)
  })

  it('tells sharp from soft, and bright from dark', async () => {
    const [plain, soft, dark] = await Promise.all([
      seen(await head('eve')),
      seen(await cut('eve').blur(4).jpeg().toBuffer()),
      seen(await cut('eve').linear(0.25, 0).jpeg().toBuffer()),
    ])
    expect(soft.faces[0]!.sharpness).toBeLessThan(plain.faces[0]!.sharpness / 4)
    expect(dark.brightness).toBeLessThan(plain.brightness / 2)
  })

  it('has the same hash for the same picture, and another one for another', async () => {
    const image = await head('dan')
    const [one, again, noisy, other] = await Promise.all([
      seen(image),
      seen(image),
      seen(await cut('dan').jpeg({ quality: 60 }).toBuffer()),
      seen(await head('eve')),
    ])
    expect(one.hash).toMatch(/^[0-9a-f]{72}$/)
    expect(hashDistance(one.hash, again.hash)).toBe(0)
    expect(hashDistance(one.hash, noisy.hash)).toBeLessThan(40)
    expect(hashDistance(one.hash, other.hash)).toBeGreaterThan(60)
  })

  it('sees no face where there is none, and says what cannot be read', async () => {
    const wall = await cut('dan').blur(200).png().toBuffer()
    expect((await seen(wall)).faces).toEqual([])
    expect(await engine.look(Buffer.from('no picture'), {})).toEqual({ kind: 'unreadable' })
    expect(await engine.look(new Uint8Array(0), {})).toEqual({ kind: 'unreadable' })
    expect(await engine.look(new Uint8Array((4 << 20) + 1), {})).toEqual({ kind: 'unreadable' })
  })

  it('leaves the caller his image, and gives what was not asked for to nobody', async () => {
    const image = await head('bea')
    const before = Buffer.from(image)
    const { faces } = await seen(image)
    expect(image.equals(before)).toBe(true)
    expect(faces[0]).not.toHaveProperty('embedding')
    expect(faces[0]).not.toHaveProperty('bonaFide')
  })

  it('names its models', () => {
    expect(engine.version).toMatch(/^[\w-]+@[\d.]+( [0-9a-f]{8}){4}$/)
  })
})

requires('face-models')('the workers', () => {
  async function withWorkers(
    settings: { workers?: number; queue?: number; lookMs?: number },
    act: (engine: FaceEngine) => Promise<void>,
  ): Promise<void> {
    const directory = modelsDirectory()
    const engine = await faceEngine({ workers: 1, ...settings, directory, worker: ODD })
    try {
      await act(engine)
    } finally {
      await engine.close()
    }
  }
  const failed = { code: 'upstream_unavailable' }

  it('are busy when their line is full, and free again afterwards', async () => {
    await withWorkers({ queue: 2 }, async (engine) => {
      const looks = Array.from({ length: 6 }, () => engine.look(deed('wait'), {}))
      const kinds = (await Promise.all(looks)).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'busy')).toHaveLength(3)
      expect(await engine.look(deed('see'), {})).toEqual({ kind: 'unreadable' })
    })
  })

  it.each(['throw', 'exit', 'crash'])(
    'may %s: who waits is told, and the next is served',
    async (name) => {
      await withWorkers({}, async (engine) => {
        await expect(engine.look(deed(name), {})).rejects.toMatchObject(failed)
        await expect(engine.look(deed(name), {})).rejects.toMatchObject(failed)
        expect(await engine.look(deed('see'), {})).toEqual({ kind: 'unreadable' })
      })
    },
  )

  it('are not waited for without end, and keep their place until they are done', async () => {
    await withWorkers({ queue: 0, lookMs: 50 }, async (engine) => {
      await expect(engine.look(deed('wait'), {})).rejects.toMatchObject(failed)
      expect(await engine.look(deed('see'), {})).toEqual({ kind: 'busy' })
    })
  })

  it('finish what they have begun when the engine is closed, and begin nothing more', async () => {
    const engine = await faceEngine({ directory: modelsDirectory(), workers: 1, worker: ODD })
    const looks = ['wait', 'see'].map((name) => engine.look(deed(name), {}))
    await engine.close()
    expect(await Promise.all(looks)).toHaveLength(2)
    await expect(engine.look(deed('see'), {})).rejects.toMatchObject(failed)
  })

  it('are not even started without the models', async () => {
    const directory = '/nowhere'
    await expect(faceEngine({ directory })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('face fetch'),
    })
  })

  it('write nothing, whatever the pictures are', async () => {
    const program = `
      import { readFileSync } from 'node:fs'
      import { faceEngine } from './adapters/face/onnx/engine.ts'
      const engine = await faceEngine({ directory: process.argv[1], workers: 1 })
      const image = readFileSync(process.argv[2])
      for (const part of [image, image.subarray(0, 5000), image.subarray(7)])
        await engine.look(part, { embedding: true, attack: true })
      await engine.close()`
    const args = ['--no-warnings', '--input-type=module', '-e', program]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      ...args,
      modelsDirectory(),
      groupPicture(),
    ])
    expect([stdout, stderr]).toEqual(['', ''])
  })
})
