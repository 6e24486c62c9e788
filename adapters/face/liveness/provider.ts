import { createHash } from 'node:crypto'
import type { Clock } from '../../../src/ports/clock.ts'
import type {
  LivenessFrame,
  LivenessPrompt,
  LivenessProvider,
  LivenessVerdict,
} from '../../../src/ports/liveness-provider.ts'
import type { Random } from '../../../src/ports/random.ts'
import type { FaceEngine } from '../onnx/face-engine.ts'
import { failureOf } from './ending.ts'
import { advanced, deadlineOf, overdue, wantsOf } from './judge.ts'
import { drawnPlan } from './plan.ts'
import { promptOf } from './prompt.ts'
import { GENTLE, Rules } from './rules.ts'
import { factsOf } from './signals.ts'
import { opened, wipe, wipeUnused, type Watch } from './state.ts'

export interface LivenessNeeds {
  readonly engine: FaceEngine
  readonly clock: Clock
  readonly random: Random
}

export interface LivenessSettings {
  readonly rules?: Partial<Rules>
  /** For who cannot turn the head; by default the rules with `GENTLE`. */
  readonly gentle?: Partial<Rules>
  /** Streams at once; each holds a few frames. More are told to wait. */
  readonly mostStreams?: number
  /** Bytes of one frame, and of all frames that one stream holds. */
  readonly mostFrameBytes?: number
  readonly mostHeldBytes?: number
  /** Seconds after its end in which `conclude` may still be asked. */
  readonly keptSeconds?: number
}

interface Stream {
  watch: Watch
  readonly held: Map<number, Uint8Array>
  /** Frames are judged one after the other, as they came. */
  line: Promise<unknown>
  waiting: number
  isOver: boolean
  readonly timer: NodeJS.Timeout
}

const MEGABYTE = 1024 * 1024
/** More frames of one stream under way than a page sends when it waits for answers. */
const MOST_WAITING = 4
const BUSY: LivenessPrompt = { say: 'busy', progress: 0, isDone: false }

/** Active liveness by movements of the head that are drawn by lot and told one after the other (docs/liveness.md). */
export function challengeLiveness(
  needs: LivenessNeeds,
  settings: LivenessSettings = {},
): LivenessProvider & { readonly streams: () => number } {
  const { engine, clock, random } = needs
  const { mostStreams = 200, mostFrameBytes = 4 * MEGABYTE, keptSeconds = 60 } = settings
  const { mostHeldBytes = 6 * MEGABYTE } = settings
  const usual = Rules.parse(settings.rules ?? {})
  const gentle = Rules.parse({ ...settings.rules, ...GENTLE, ...settings.gentle })
  const streams = new Map<string, Stream>()

  function discard(id: string): void {
    const stream = streams.get(id)
    if (stream === undefined) return
    streams.delete(id)
    clearTimeout(stream.timer)
    stream.isOver = true
    forget(stream)
  }

  function forget({ held, watch }: Stream): void {
    for (const frame of held.values()) frame.fill(0)
    held.clear()
    wipe(watch)
  }

  /** Looks at one frame, whose turn it is. */
  async function judged(stream: Stream, frame: LivenessFrame): Promise<LivenessPrompt> {
    const at = clock.now()
    stream.watch = overdue(stream.watch, at)
    if (stream.watch.outcome !== undefined) return ended(stream)
    const digest = digestOf(frame.image)
    const isTooLarge = frame.image.length > mostFrameBytes
    const look = isTooLarge
      ? ({ kind: 'unreadable' } as const)
      : await engine.look(frame.image, wantsOf(stream.watch))
    if (stream.isOver) return promptOf(stream.watch)
    const { sequence } = frame
    const next = advanced(stream.watch, { sequence, at, digest, look })
    wipe(stream.watch, next)
    wipeUnused(look, next)
    stream.watch = next
    hold(stream, frame)
    if (next.outcome !== undefined) return ended(stream)
    const prompt = promptOf(next)
    return look.kind === 'busy' ? { ...prompt, say: 'busy' } : prompt
  }

  /** What proved nothing is of no more use. */
  function ended(stream: Stream): LivenessPrompt {
    if (stream.watch.outcome !== 'live') forget(stream)
    return promptOf(stream.watch)
  }

  /** Keeps the frame if it is among the best, and lets go of those that no longer are. */
  function hold({ held, watch }: Stream, { sequence, image }: LivenessFrame): void {
    const wanted = new Set(watch.candidates.map((one) => one.sequence))
    for (const [known, bytes] of held) {
      if (wanted.has(known)) continue
      bytes.fill(0)
      held.delete(known)
    }
    const bytes = [...held.values()].reduce((sum, one) => sum + one.length, 0)
    if (wanted.has(sequence) && !held.has(sequence) && bytes + image.length <= mostHeldBytes) {
      held.set(sequence, Uint8Array.from(image))
    }
  }

  function verdictOf({ held, watch }: Stream): LivenessVerdict {
    const now = clock.now()
    const facts = factsOf(watch, now)
    const outcome = overdue(watch, now).outcome ?? failureOf(watch)
    if (outcome !== 'live') return { kind: 'failed', reason: outcome, facts }
    // The frames are the caller's from here on: what is wiped below are ours.
    const frames = watch.candidates.flatMap(({ sequence }) => held.get(sequence) ?? [])
    return frames.length > 0
      ? { kind: 'live', frames: frames.map((frame) => Uint8Array.from(frame)), facts }
      : { kind: 'failed', reason: 'blurred', facts }
  }

  return {
    verifier: `panjereh-challenge/${usual.version} ${engine.version}`,
    secondsAllowed: usual.secondsAllowed,
    async begin(id, options = {}) {
      discard(id)
      if (streams.size >= mostStreams) return BUSY
      const rules = options.gentle ? gentle : usual
      const watch = opened(drawnPlan(random, rules), rules, clock.now())
      const ms = deadlineOf(watch) - clock.now() + keptSeconds * 1000
      const timer = setTimeout(() => discard(id), ms).unref()
      streams.set(id, {
        watch,
        held: new Map(),
        line: Promise.resolve(),
        waiting: 0,
        isOver: false,
        timer,
      })
      return promptOf(watch)
    },
    async see(id, frame) {
      const stream = streams.get(id)
      if (stream === undefined) return undefined
      if (stream.waiting >= MOST_WAITING) return { ...promptOf(stream.watch), say: 'busy' }
      stream.waiting += 1
      const turn = stream.line.then(() => judged(stream, frame))
      stream.line = turn.catch(() => undefined)
      try {
        return await turn
      } finally {
        stream.waiting -= 1
      }
    },
    async conclude(id) {
      const stream = streams.get(id)
      if (stream === undefined) return undefined
      await stream.line
      if (stream.isOver) return undefined
      const verdict = verdictOf(stream)
      discard(id)
      return verdict
    },
    discard,
    streams: () => streams.size,
  }
}

const digestOf = (image: Uint8Array): string =>
  createHash('sha256').update(image).digest('base64url')
