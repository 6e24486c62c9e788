import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { pretended, type Pose } from '../../support/fake-engine.ts'
import { judgeStage, obedient, performed, type Acting } from '../../support/liveness-actor.ts'

const seeds = fc.integer({ min: 0, max: 1_000_000 })
const RUNS = { numRuns: 60 }

/** Not listening: the same play for every audience. */
const swinging: Acting = (_say, frame) => ({ yaw: 0.7 * Math.sin(frame / 3), grain: frame })

const ATTACKS: readonly (readonly [reason: string, what: string, act: () => Acting])[] = [
  ['no_face', 'an empty room', () => (_, frame) => ({ faces: 0, grain: frame })],
  [
    'no_face',
    'bytes that are no picture',
    () => (_, frame) => ({ isUnreadable: true, grain: frame }),
  ],
  ['several_faces', 'two people', () => (_, frame) => ({ faces: 2, grain: frame })],
  ['too_dark', 'a dark room', () => (_, frame) => ({ brightness: 9, grain: frame })],
  ['blurred', 'a lens with grease on it', () => (_, frame) => ({ sharpness: 1, grain: frame })],
  ['frozen', 'one picture', () => () => ({})],
  ['not_turned', 'somebody who sits still', () => (_, frame) => ({ grain: frame })],
  [
    'too_slow',
    'somebody who never looks into the camera',
    () => (_, frame) => ({ yaw: 0.5, grain: frame }),
  ],
  [
    'flat',
    'a flat picture held slantingly',
    () => {
      const act = obedient()
      return (say) => {
        const { yaw = 0, ...pose } = act(say)
        return { ...pose, slant: yaw * 1.4 }
      }
    },
  ],
  ['presentation_attack', 'a print', () => obeying({ bonaFide: 0.1 })],
  [
    'presentation_attack',
    'a face that a program turns',
    () => {
      const act = obedient()
      return (say) => {
        const pose = act(say)
        return { ...pose, bonaFide: Math.abs(pose.yaw ?? 0) > 0.3 ? 0.2 : 0.9 }
      }
    },
  ],
  [
    'changed_person',
    'somebody else who turns the head',
    () => {
      const act = obedient()
      return (say) => {
        const pose = act(say)
        return { ...pose, person: Math.abs(pose.yaw ?? 0) > 0.2 ? 1 : 0 }
      }
    },
  ],
]

function obeying(also: Pose): Acting {
  const act = obedient()
  return (say) => ({ ...act(say), ...also })
}

describe('a challenge', () => {
  it('is passed by everybody who does what is asked for, whatever is drawn', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.boolean(), async (seed, closer) => {
        const stage = judgeStage({ rules: { closer } }, seed)
        const { verdict } = await performed(stage, obedient())
        expect(verdict).toMatchObject({ kind: 'live' })
        expect(verdict?.facts['seen']).toBe(verdict?.facts['asked'])
      }),
      RUNS,
    )
  })

  it('is passed by who turns less and slowly, when it is gentle', async () => {
    const slowly: Acting = (() => {
      let [yaw, grain] = [0, 0]
      return (say) => {
        const wanted = say === 'turn_left' ? 0.36 : say === 'turn_right' ? -0.36 : 0
        yaw += Math.max(-0.02, Math.min(0.02, wanted - yaw))
        return { yaw, grain: (grain += 1) }
      }
    })()
    const { verdict } = await performed(judgeStage(), slowly, { gentle: true, frames: 900 })
    expect(verdict).toMatchObject({ kind: 'live' })
    const usual = await performed(judgeStage(), slowly)
    expect(usual.verdict).toMatchObject({ kind: 'failed' })
  })

  it.each(ATTACKS)('fails for %s: %s', async (reason, _what, act) => {
    const { verdict } = await performed(judgeStage(), act())
    expect(verdict).toMatchObject({ kind: 'failed', reason })
  })

  it('draws every order, each with both sides', async () => {
    const orders = new Set<unknown>()
    for (let seed = 0; seed < 120; seed += 1) {
      const { verdict } = await performed(judgeStage({}, seed), obedient())
      orders.add(verdict?.facts['asked'])
    }
    expect(orders.size).toBe(8)
    for (const order of orders) expect(order).toMatch(/left.*right|right.*left/)
  })

  it('takes as long as it may, and not longer', async () => {
    const { provider, clock } = judgeStage()
    await provider.begin('a')
    await provider.see('a', { sequence: 0, image: pretended({}) })
    clock.later(25_001)
    const late = await provider.see('a', { sequence: 1, image: pretended({ grain: 1 }) })
    expect(late).toMatchObject({ isDone: true })
    expect(await provider.conclude('a')).toMatchObject({ kind: 'failed', reason: 'not_turned' })
  })
})

describe('nobody knows the next movement', () => {
  /** Until they part, two plans are told with the same words for the same frames. */
  it('before the last was seen', async () => {
    const pauseMs: [number, number] = [0, 0]
    await fc.assert(
      fc.asyncProperty(seeds, seeds, async (one, other) => {
        const told = async (seed: number) => {
          const { says, verdict } = await performed(
            judgeStage({ rules: { pauseMs } }, seed),
            swinging,
          )
          return { says, asked: String(verdict?.facts['asked']).split(' ') }
        }
        const [first, second] = [await told(one), await told(other)]
        const turns = (says: readonly string[]) =>
          says.filter((say, i) => say.startsWith('turn') && say !== says[i - 1])
        const parted = first.asked.findIndex((movement, i) => movement !== second.asked[i])
        if (parted < 0) return
        const before = first.says.findIndex((say, i) => say !== second.says[i])
        if (before < 0) return
        // They are the same up to the movement in which they differ.
        expect(turns(first.says.slice(0, before)).length).toBeLessThanOrEqual(parted)
      }),
      RUNS,
    )
  })

  it('and who turns to one side alone does not pass', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        let grain = 0
        const act: Acting = (say) => ({
          yaw: say.startsWith('turn') ? 0.6 : 0,
          grain: (grain += 1),
        })
        const { verdict } = await performed(judgeStage({}, seed), act)
        expect(verdict).toMatchObject({ kind: 'failed' })
      }),
      RUNS,
    )
  })
})

describe('what never helps', () => {
  it('pictures that were there before', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 2 }), async (seed, pictures) => {
        // So many pictures of each side, again and again: fewer than a movement takes.
        const act: Acting = (say, frame) => {
          const yaw = say === 'turn_left' ? 0.6 : say === 'turn_right' ? -0.6 : 0
          return { yaw, grain: frame % pictures }
        }
        const { verdict } = await performed(judgeStage({}, seed), act)
        expect(verdict).toMatchObject({ kind: 'failed' })
      }),
      RUNS,
    )
  })

  it('frames out of order, from any frame on', async () => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.nat(12),
        fc.integer({ min: 0, max: 12 }),
        async (seed, at, back) => {
          const { provider, clock } = judgeStage({}, seed)
          const act = obedient()
          let prompt = await provider.begin('a')
          for (let i = 0; i <= at && !prompt.isDone; i += 1) {
            clock.later(125)
            prompt =
              (await provider.see('a', { sequence: i, image: pretended(act(prompt.say)) })) ??
              prompt
          }
          fc.pre(!prompt.isDone)
          const sequence = at - back
          const over = await provider.see('a', { sequence, image: pretended(act(prompt.say)) })
          expect(over).toMatchObject({ isDone: true })
          expect(await provider.conclude('a')).toMatchObject({ reason: 'out_of_order' })
        },
      ),
      RUNS,
    )
  })

  it('somebody else, from any frame on and for any while', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 14 }), async (seed, from) => {
        const act = obedient()
        const { verdict } = await performed(judgeStage({}, seed), (say, frame) => ({
          ...act(say),
          person: frame >= from ? 1 : 0,
        }))
        expect(verdict).toMatchObject({ kind: 'failed', reason: 'changed_person' })
      }),
      RUNS,
    )
  })

  it('an engine that has no time', async () => {
    const act = obedient()
    const { verdict } = await performed(judgeStage(), (say, frame) => ({
      ...(frame % 3 === 0 ? { isBusy: true, grain: frame } : act(say)),
    }))
    expect(verdict).toMatchObject({ kind: 'live' })
    const never = await performed(judgeStage(), (_, frame) => ({ isBusy: true, grain: frame }))
    expect(never.verdict).toMatchObject({ kind: 'failed', reason: 'too_slow' })
  })
})
