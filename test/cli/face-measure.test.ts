import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { cut, head, modelsDirectory, type Head } from '../support/sample-faces.ts'
import { SHARED_DATA } from '../support/shared-data.ts'
import { requires } from '../support/skips.ts'
import { run } from './command.ts'

const FACES = join(SHARED_DATA, 'faces')

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-measure-'))
})
afterAll(() => rm(home, { recursive: true }))

async function measured(...args: readonly string[]) {
  const json = join(home, 'figures.json')
  await rm(json, { force: true })
  const given = ['face', 'measure', ...args, '--workers', '1', '--json', json]
  const { code, out, err } = await run(given, { PANJEREH_MODELS_DIR: modelsDirectory() })
  const text = await readFile(json, 'utf8').catch(() => undefined)
  return {
    code,
    stdout: out,
    stderr: err,
    figures: text === undefined ? undefined : JSON.parse(text),
  }
}

async function picture(path: string, image: Buffer): Promise<void> {
  await mkdir(join(home, path, '..'), { recursive: true })
  await writeFile(join(home, path), image)
}

/** Ann in two pictures; the others alone, and in a smaller one. */
async function smallSet(): Promise<string> {
  const others: readonly Head[] = ['bea', 'cyd', 'dan', 'eve']
  await picture('ann/1.jpg', await head('ann'))
  await picture('ann/2.jpg', await head('annAgain'))
  for (const one of others) {
    await picture(`${one}/1.jpg`, await head(one))
    await picture(`${one}/2.jpg`, await cut(one).flop().resize(200).jpeg().toBuffer())
  }
  const people = ['ann', ...others]
  const same = people.map((one) => `${one}/1.jpg,${one}/2.jpg,1`)
  const different = people.map((one, i) => `${one}/1.jpg,${people[(i + 1) % 5]}/1.jpg,0`)
  const csv = join(home, 'pairs.csv')
  await writeFile(csv, ['image_a,image_b,same', ...same, ...different].join('\n'))
  return csv
}

requires('face-models')('panjereh face measure', () => {
  it('tells the rates of a small set, in words and as JSON', async () => {
    const pairs = await smallSet()
    const { code, stdout, figures } = await measured(
      '--pairs',
      pairs,
      '--images',
      home,
      '--degrade',
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/10 pairs, 0 could not be compared; 5 genuine, 5 impostors/)
    const { verification, degraded, operating_points, engine } = figures
    expect(verification).toMatchObject({
      images: 10,
      images_without_face: 0,
      eer: { rate: 0 },
      // Of 45 twos of pictures, 5 are of one person.
      all_impostors: { impostors: 40 },
    })
    expect(
      verification.at_threshold.map(({ threshold }: { threshold: number }) => threshold),
    ).toEqual([operating_points.unsure, operating_points.same])
    expect(degraded.without_gate.pairs).toBe(10)
    expect(degraded.with_gate.pairs_failed_to_acquire).toBeGreaterThanOrEqual(
      degraded.without_gate.pairs_failed_to_acquire,
    )
    expect(engine).toMatch(/@0\.0\.1/)
  })

  it('gives the same figures every time', async () => {
    const args = ['--pairs', join(home, 'pairs.csv'), '--images', home, '--degrade']
    const [one, again] = [await measured(...args), await measured(...args)]
    expect(one.figures).toEqual(again.figures)
  })

  it('says what is missing', async () => {
    expect(await measured()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--pairs and --images, or --pad'),
    })
    const lost = join(home, 'lost.csv')
    await writeFile(lost, 'image_a,image_b,same\nann/1.jpg,ann/9.jpg,1\n')
    const { code, stderr, figures } = await measured('--pairs', lost, '--images', home)
    expect([code, figures]).toEqual([1, undefined])
    expect(stderr).toMatch(/ENOENT.*ann\/9\.jpg/)
  })
})

requires('face-models', 'shared-data')('the engine on the shared faces', () => {
  it('compares as well as it is said to: a part of the pairs', async () => {
    const { figures } = await measured(
      ...['--pairs', join(FACES, 'pairs.csv'), '--images', FACES, '--most', '120'],
    )
    const { accuracy, at_threshold, all_impostors } = figures.verification
    expect(accuracy.mean).toBeGreaterThanOrEqual(0.97)
    expect(at_threshold[1].falseMatch).toBe(0)
    expect(all_impostors.at_threshold[1].falseMatch).toBeLessThan(1e-3)
  })

  it('tells prints from people as well as it is said to: all of them', async () => {
    const { figures, stdout } = await measured('--pad', join(FACES, 'pad'))
    const { frames, presentations } = figures.attacks
    expect(frames.bona_fide.total).toBeGreaterThan(60)
    expect(frames.d_eer.rate).toBeLessThanOrEqual(0.02)
    const print = frames.attacks.find(({ kind }: { kind: string }) => kind === 'print')
    expect(print.total).toBeGreaterThan(60)
    expect(print.apcer).toBeLessThanOrEqual(0.02)
    expect(frames.bona_fide.bpcer).toBeLessThanOrEqual(0.02)
    expect(presentations.d_eer.rate).toBe(0)
    expect(stdout).toMatch(/print: \d+, without an answer \d+, APCER/)
  })
})
