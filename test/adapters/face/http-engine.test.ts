import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { httpFaceEngine } from '../../../adapters/face/http/index.ts'
import { ENGINE, faceEngine, TOKEN, type RunningEngine } from '../../../sandbox/face-engine/main.ts'
import { fakeRandom } from '../../support/fakes.ts'

const PICTURE = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1)
const OTHER = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 2)

let engine: RunningEngine
beforeEach(async () => {
  engine = await faceEngine({ port: 0 })
})
afterEach(() => engine.close())

const ports = (more: Record<string, unknown> = {}) =>
  httpFaceEngine({ random: fakeRandom }, { url: engine.url, token: TOKEN, engine: ENGINE, ...more })

async function tell(path: 'faults' | 'verdicts', body: unknown): Promise<void> {
  await fetch(`${engine.url}/${path}`, { method: 'POST', body: JSON.stringify(body) })
}

async function calls(): Promise<number> {
  const answer = await fetch(`${engine.url}/calls`)
  return ((await answer.json()) as { calls: number }).calls
}

const unavailable = { code: 'upstream_unavailable' }

/** Every question of the three ports. */
const QUESTIONS = {
  compare: (at: ReturnType<typeof ports>) => at.matcher.compare([PICTURE], OTHER),
  attacks: (at: ReturnType<typeof ports>) => at.attacks.judge([PICTURE]),
  begin: (at: ReturnType<typeof ports>) => at.liveness.begin('a'),
} as const
type Name = keyof typeof QUESTIONS
const NAMES = Object.keys(QUESTIONS) as readonly Name[]

describe('an outside engine', () => {
  it.each(['same', 'unsure', 'different'])('says %s, and is believed', async (comparison) => {
    await tell('verdicts', { comparison })
    const answer = await ports().matcher.compare([PICTURE, PICTURE], OTHER)
    expect(answer).toMatchObject({ kind: 'compared', decision: comparison })
  })

  it.each(['bona_fide', 'attack'])('says %s, and is believed', async (attack) => {
    await tell('verdicts', { attack })
    expect(await ports().attacks.judge([PICTURE])).toMatchObject({ decision: attack })
  })

  it('says which picture is of no use', async () => {
    const { matcher, attacks } = ports()
    const none = Uint8Array.of(1, 2, 3)
    const unreadable = { kind: 'unusable', problem: 'unreadable' }
    expect(await matcher.compare([none], OTHER)).toEqual({ ...unreadable, which: 'probe' })
    expect(await matcher.compare([PICTURE], none)).toEqual({ ...unreadable, which: 'reference' })
    expect(await attacks.judge([none])).toEqual(unreadable)
  })

  it('is named in the evidence', () => {
    const { matcher, attacks, liveness } = ports()
    for (const { verifier } of [matcher, attacks, liveness]) expect(verifier).toContain(ENGINE)
  })

  it.each(['http://faces.example', 'ftp://localhost', 'faces'])('is not reached by %s', (url) => {
    expect(() => ports({ url })).toThrow(/url/)
  })
})

describe('what is not understood is never a verdict', () => {
  const FAULTS = [
    'down',
    'unauthorized',
    'malformed',
    'too_long',
    'other_request',
    'other_engine',
    'unknown_word',
    'more_members',
  ]
  it.each(FAULTS.flatMap((kind) => NAMES.map((name) => ({ kind, name }))))(
    '$kind, asked for $name',
    async ({ kind, name }) => {
      await tell('faults', { kind })
      await expect(QUESTIONS[name](ports())).rejects.toMatchObject(unavailable)
    },
  )

  it('nor are frames that nobody sent', async () => {
    const { liveness } = ports()
    let prompt = await liveness.begin('a')
    for (let sequence = 0; !prompt.isDone; sequence += 1) {
      const image = Uint8Array.of(0xff, 0xd8, 0xff, sequence)
      prompt = (await liveness.see('a', { sequence, image })) ?? prompt
    }
    await tell('faults', { kind: 'foreign_frames' })
    await expect(liveness.conclude('a')).rejects.toMatchObject(unavailable)
    expect(await liveness.conclude('a')).toBeUndefined()
  })

  it('nor is a reason that we do not know', async () => {
    const { liveness } = ports()
    await tell('verdicts', { liveness: 'looked_away' })
    let prompt = await liveness.begin('a')
    for (let sequence = 0; !prompt.isDone; sequence += 1) {
      const image = Uint8Array.of(0xff, 0xd8, 0xff, sequence)
      prompt = (await liveness.see('a', { sequence, image })) ?? prompt
    }
    await expect(liveness.conclude('a')).rejects.toMatchObject(unavailable)
  })

  it('and no error quotes a picture, the token or the address', async () => {
    for (const kind of ['malformed', 'unauthorized', 'down']) {
      await tell('faults', { kind })
      const error: unknown = await ports()
        .matcher.compare([PICTURE], OTHER)
        .catch((thrown: unknown) => thrown)
      const said = JSON.stringify(error, Object.getOwnPropertyNames(error))
      for (const secret of [Buffer.from(PICTURE).toString('base64'), TOKEN, engine.url]) {
        expect(said).not.toContain(secret)
      }
    }
  })
})

describe('an engine in trouble', () => {
  it.each(NAMES)('that is busy says so: %s', async (name) => {
    await tell('faults', { kind: 'busy' })
    const answer = await QUESTIONS[name](ports())
    expect(JSON.stringify(answer)).toContain('busy')
  })

  it('that hangs holds nobody up for longer than agreed', async () => {
    await tell('faults', { kind: 'hang' })
    const begun = performance.now()
    const at = ports({ eachMs: 150, totalMs: 400, frameMs: 150 })
    await expect(at.matcher.compare([PICTURE], OTHER)).rejects.toMatchObject(unavailable)
    await expect(at.liveness.begin('a')).rejects.toMatchObject(unavailable)
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  it('is asked again where that changes nothing, and not where it does', async () => {
    const at = ports()
    await tell('faults', { kind: 'flapping' })
    expect(await at.matcher.compare([PICTURE], OTHER)).toMatchObject({ kind: 'compared' })
    expect(await calls()).toBe(2)
    await tell('faults', { kind: 'none' })
    await at.liveness.begin('a')
    await tell('faults', { kind: 'down' })
    const before = await calls()
    await expect(at.liveness.see('a', { sequence: 0, image: PICTURE })).rejects.toMatchObject(
      unavailable,
    )
    await expect(at.liveness.conclude('a')).rejects.toMatchObject(unavailable)
    expect(await calls()).toBe(before + 2)
  })

  it('is left alone for a while, and asked again', async () => {
    const at = ports({ failures: 2, pauseMs: 200 })
    await tell('faults', { kind: 'unauthorized' })
    for (let i = 0; i < 5; i += 1) {
      await expect(at.attacks.judge([PICTURE])).rejects.toMatchObject(unavailable)
    }
    expect(await calls()).toBe(2)
    await tell('faults', { kind: 'none' })
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(await at.attacks.judge([PICTURE])).toMatchObject({ kind: 'judged' })
  })

  it('gets so many questions at once, and the others are told that it is busy', async () => {
    const at = ports({ atOnce: 2, eachMs: 300, totalMs: 600 })
    await tell('faults', { kind: 'hang' })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => at.attacks.judge([PICTURE]).catch(() => 'away')),
    )
    expect(answers.filter((answer) => answer === 'away')).toHaveLength(2)
    expect(answers.filter((answer) => answer !== 'away')).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'busy' })),
    )
  })

  it('holds so many streams', async () => {
    const { liveness } = ports({ mostStreams: 1 })
    await liveness.begin('a')
    expect(await liveness.begin('b')).toMatchObject({ say: 'busy' })
    liveness.discard('a')
    expect(await liveness.begin('b')).toMatchObject({ say: 'look_straight' })
  })
})
