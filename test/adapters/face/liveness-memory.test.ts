import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { challengeLiveness } from '../../../adapters/face/liveness/index.ts'
import type { FaceEngine, Look } from '../../../adapters/face/onnx/face-engine.ts'
import { seededRandom } from '../../../src/cli/face-challenge.ts'
import { fakeEngine, pretended } from '../../support/fake-engine.ts'
import { fakeClock } from '../../support/fakes.ts'
import { judgeStage, obedient, performed, type Acting } from '../../support/liveness-actor.ts'

/** Keeps hold of every number of a face that the engine ever gave. */
function watched() {
  const numbers: Float32Array[] = []
  const { engine: fake } = fakeEngine()
  const engine: FaceEngine = {
    ...fake,
    async look(image, wants): Promise<Look> {
      const look = await fake.look(image, wants)
      for (const face of look.kind === 'seen' ? look.faces : []) {
        numbers.push(face.landmarks, ...(face.embedding ? [face.embedding] : []))
      }
      return look
    },
  }
  return { engine, left: () => numbers.filter((one) => one.some((value) => value !== 0)).length }
}

function stageWith(engine: FaceEngine) {
  const clock = fakeClock()
  return { clock, provider: challengeLiveness({ engine, clock, random: seededRandom(1) }) }
}

describe('numbers of a face', () => {
  const PLAYS: readonly (readonly [string, () => Acting])[] = [
    ['proved', obedient],
    ['refused', () => (_, frame) => ({ bonaFide: 0.1, grain: frame })],
    ['of somebody else', () => (_, frame) => ({ person: frame % 5, grain: frame })],
    ['blurred', () => (_, frame) => ({ sharpness: frame % 3, grain: frame })],
  ]
  it.each(PLAYS)('are all overwritten when a stream is over: %s', async (_what, act) => {
    const { engine, left } = watched()
    const { verdict } = await performed(stageWith(engine), act())
    expect(verdict).toBeDefined()
    expect(left()).toBe(0)
  })

  it('are of two frames and the reference at most while it runs', async () => {
    const { engine, left } = watched()
    const { provider, clock } = stageWith(engine)
    await provider.begin('a')
    for (let sequence = 0; sequence < 20; sequence += 1) {
      clock.later(100)
      await provider.see('a', { sequence, image: pretended({ grain: sequence }) })
      expect(left()).toBeLessThanOrEqual(2)
    }
    provider.discard('a')
    expect(left()).toBe(0)
  })
})

describe('the memory of the judge', () => {
  afterEach(() => void jest.useRealTimers())

  it('forgets a stream that nobody ends', async () => {
    jest.useFakeTimers()
    const { provider } = judgeStage({ keptSeconds: 60 })
    await provider.begin('a')
    await provider.begin('b', { gentle: true })
    expect(provider.streams()).toBe(2)
    jest.advanceTimersByTime(86_000)
    expect(provider.streams()).toBe(1)
    jest.advanceTimersByTime(60_000)
    expect(provider.streams()).toBe(0)
    expect(await provider.conclude('a')).toBeUndefined()
  })

  it('holds so many streams and no more', async () => {
    const { provider } = judgeStage({ mostStreams: 2 })
    await provider.begin('a')
    await provider.begin('b')
    expect(await provider.begin('c')).toMatchObject({ say: 'busy', isDone: false })
    expect(await provider.see('c', { sequence: 0, image: pretended({}) })).toBeUndefined()
    provider.discard('a')
    expect(await provider.begin('c')).toMatchObject({ say: 'look_straight' })
    // Who begins anew takes no second place.
    expect(await provider.begin('c')).toMatchObject({ say: 'look_straight' })
  })

  it('does not look at a frame that is too large, nor at any after the end', async () => {
    const { provider, asked, clock } = judgeStage({ mostFrameBytes: 1000 })
    await provider.begin('a')
    await provider.see('a', { sequence: 0, image: pretended({ padding: 2000 }) })
    expect(asked.looks).toBe(0)
    clock.later(26_000)
    await provider.see('a', { sequence: 1, image: pretended({}) })
    expect(asked.looks).toBe(0)
  })

  it('holds few bytes of frames: what does not fit is not there to be matched', async () => {
    const act = obedient()
    const heavy = (say: Parameters<typeof act>[0]) => ({ ...act(say), padding: 900 })
    const { verdict } = await performed(judgeStage({ mostHeldBytes: 1500 }), heavy)
    expect(verdict).toMatchObject({ kind: 'live' })
    if (verdict?.kind === 'live') expect(verdict.frames).toHaveLength(1)
  })

  it('judges frames one after the other, and refuses to pile them up', async () => {
    const { provider } = judgeStage()
    await provider.begin('a')
    const images = Array.from({ length: 10 }, (_, i) => pretended({ grain: i }))
    const prompts = await Promise.all(
      images.map((image, sequence) => provider.see('a', { sequence, image })),
    )
    expect(prompts.filter((prompt) => prompt?.say === 'busy')).toHaveLength(6)
    expect(prompts.every((prompt) => prompt?.isDone === false)).toBe(true)
  })

  it('compares faces where a decision hangs on it, and not in every frame', async () => {
    const stage = judgeStage({}, 3)
    let frame = 0
    // Three seconds at each side and in the middle, as people take them.
    const act = obedient()
    let [said, since] = ['', 0]
    const unhurried: Acting = (say) => {
      frame += 1
      if (say !== said) [said, since] = [say, frame]
      return act(frame - since < 6 ? 'hold_still' : say)
    }
    const { verdict } = await performed(stage, unhurried)
    expect(verdict).toMatchObject({ kind: 'live' })
    expect(stage.asked.embeddings / stage.asked.looks).toBeLessThan(0.6)
  })
})
