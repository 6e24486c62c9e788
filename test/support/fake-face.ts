import { randomInt } from 'node:crypto'
import type { CardProblem, CardReader } from '../../src/ports/card-reader.ts'
import type { FaceComparison } from '../../src/ports/face-matcher.ts'
import type { FacePorts } from '../../src/ports/index.ts'
import type {
  LivenessFailure,
  LivenessPrompt,
  LivenessProvider,
  LivenessSay,
} from '../../src/ports/liveness-provider.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'

/** What can be seen in a pretended picture. */
export interface Scene {
  /** Whose face, of a frame or of a card's portrait. */
  readonly face?: string
  readonly move?: Movement | 'straight'
  /** A print or a screen. */
  readonly isPrint?: boolean
  readonly isPoor?: boolean
  /** A card with this number on it. */
  readonly number?: string
  readonly problem?: CardProblem
  /** So that no two frames are the same bytes. */
  readonly at?: number
}

const MOVEMENTS = ['turn_left', 'turn_right'] as const
export type Movement = (typeof MOVEMENTS)[number]

/** Begins as a JPEG does, so that a search for pictures finds it. */
const MAGIC = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
export const FAKE_MARK = 'pretended-picture'

export function fakePicture(scene: Scene): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    Buffer.concat([MAGIC, Buffer.from(JSON.stringify({ FAKE_MARK, ...scene }))]),
  )
}

function sceneOf(image: Uint8Array): Scene | undefined {
  if (!Buffer.from(image.subarray(0, 4)).equals(MAGIC)) return undefined
  try {
    return JSON.parse(Buffer.from(image.subarray(4)).toString()) as Scene
  } catch {
    return undefined
  }
}

interface Stream {
  readonly asked: readonly Movement[]
  readonly gentle: boolean
  step: number
  next: number
  person?: string
  isPrint: boolean
  failure?: LivenessFailure
  readonly frames: Uint8Array[]
}

/** Stands in for the engines of level 3, by the contracts of the ports, with pictures that say what they show. */
export function fakeFace() {
  const streams = new Map<string, Stream>()
  const state = { isBusy: false, isAway: false, begun: 0 }

  function answer<Value>(value: Value): Value | { kind: 'busy' } {
    if (state.isAway) throw new UpstreamUnavailable('fake', 'away')
    return state.isBusy ? { kind: 'busy' } : value
  }

  const matcher: FacePorts['matcher'] = {
    verifier: 'fake-matcher/1',
    async compare(probes, reference) {
      const scene = sceneOf(reference)
      if (scene?.face === undefined) {
        return answer({ kind: 'unusable', which: 'reference', problem: 'no_face' } as const)
      }
      const same = probes.every((probe) => sceneOf(probe)?.face === scene.face)
      const decision = !same ? 'different' : scene.isPoor ? 'unsure' : 'same'
      return answer<FaceComparison>({ kind: 'compared', decision, score: SCORES[decision] })
    },
  }

  const attacks: FacePorts['attacks'] = {
    verifier: 'fake-attacks/1',
    async judge(frames) {
      const isAttack = frames.some((frame) => sceneOf(frame)?.isPrint === true)
      const decision = isAttack ? ('attack' as const) : ('bona_fide' as const)
      return answer({ kind: 'judged', decision, score: isAttack ? 0.1 : 0.9 })
    },
  }

  const liveness: LivenessProvider = {
    verifier: 'fake-liveness/1',
    secondsAllowed: 25,
    async begin(id, { gentle = false } = {}) {
      answer(undefined)
      liveness.discard(id)
      state.begun += 1
      const asked = [
        MOVEMENTS[randomInt(2)] ?? 'turn_left',
        MOVEMENTS[randomInt(2)] ?? 'turn_right',
      ]
      const stream: Stream = { asked, gentle, step: 0, next: 0, isPrint: false, frames: [] }
      streams.set(id, stream)
      return promptOf(stream)
    },
    async see(id, { sequence, image }) {
      answer(undefined)
      const stream = streams.get(id)
      if (stream === undefined) return undefined
      if (state.isBusy) return { ...promptOf(stream), say: 'busy' }
      look(stream, sequence, image)
      return promptOf(stream)
    },
    async conclude(id) {
      answer(undefined)
      const stream = streams.get(id)
      if (stream === undefined) return undefined
      const facts = { nonce: `nonce-${state.begun}`, gentle: stream.gentle }
      const isDone = stream.failure === undefined && stream.step === stream.asked.length
      const frames = isDone ? stream.frames.map((frame) => Uint8Array.from(frame)) : []
      const reason = stream.failure ?? 'not_turned'
      liveness.discard(id)
      return isDone ? { kind: 'live', frames, facts } : { kind: 'failed', reason, facts }
    },
    discard(id) {
      streams.get(id)?.frames.forEach((frame) => frame.fill(0))
      streams.delete(id)
    },
  }

  const cards: CardReader = {
    verifier: 'fake-cards/1',
    async glance(image) {
      const scene = sceneOf(image)
      const problem = scene ? (scene.number ? scene.problem : 'not_found') : 'unreadable'
      return answer({ kind: 'seen', problem, corners: problem ? undefined : CORNERS } as const)
    },
    async read(image, { nationalId }) {
      const { number, problem, face, isPoor } = sceneOf(image) ?? { problem: 'unreadable' as const }
      const found = problem ?? (number === nationalId ? undefined : 'number_other')
      if (found) return answer({ kind: 'unusable', problem: found } as const)
      const portrait = fakePicture({ face, isPoor })
      return answer({ kind: 'read', portrait, facts: { number: 'match', quality: 0.9 } } as const)
    },
  }

  return {
    face: { matcher, attacks, liveness },
    cards,
    state,
    streams: () => streams.size,
  }
}

const SCORES = { same: 0.7, unsure: 0.38, different: 0.05 } as const
const CORNERS = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
] as const

function look(stream: Stream, sequence: number, image: Uint8Array): void {
  if (stream.failure !== undefined || stream.step === stream.asked.length) return
  const scene = sceneOf(image)
  if (sequence !== stream.next) stream.failure = 'out_of_order'
  else if (scene?.face === undefined) stream.failure = 'no_face'
  else if (stream.person !== undefined && stream.person !== scene.face) {
    stream.failure = 'changed_person'
  } else move(stream, scene, image)
  stream.next = sequence + 1
}

function move(stream: Stream, { face, move }: Scene, image: Uint8Array): void {
  stream.person = face
  if (move === 'straight') stream.frames.push(Uint8Array.from(image))
  else if (move === stream.asked[stream.step]) stream.step += 1
  else stream.failure = 'not_turned'
}

function promptOf({ asked, step, failure }: Stream): LivenessPrompt {
  const isDone = failure !== undefined || step === asked.length
  const say: LivenessSay = isDone ? 'done' : (asked[step] ?? 'look_straight')
  return { say, progress: step / asked.length, isDone }
}
