import { createHash } from 'node:crypto'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import type {
  LivenessPrompt,
  LivenessProvider,
  LivenessVerdict,
} from '../../../src/ports/liveness-provider.ts'
import type { Random } from '../../../src/ports/random.ts'
import type { Ask } from './guard.ts'
import type { HttpEngineSettings } from './settings.ts'
import { Discarded, encodedImage, Prompted, Verdict } from './wire.ts'

interface Stream {
  /** The engine's name for it: it never learns ours. */
  readonly name: string
  /** Hashes of the frames that were sent: no other frame is of this stream. */
  readonly sent: Set<string>
  last: LivenessPrompt
  readonly timer: NodeJS.Timeout
}

const MEGABYTE = 1024 * 1024
const MOST_FRAMES = 2000
/** Far beyond the time that any stream takes, the slow ones too. */
const FORGOTTEN_SECONDS = 300
const BUSY: LivenessPrompt = { say: 'busy', progress: 0, isDone: false }

/** Active liveness by an outside engine. It judges; that its frames are of this stream is checked here. */
export function httpLiveness(
  ask: Ask,
  { random }: { readonly random: Random },
  { engine, secondsAllowed, mostStreams }: HttpEngineSettings,
): LivenessProvider {
  const streams = new Map<string, Stream>()

  function forget(id: string): Stream | undefined {
    const stream = streams.get(id)
    if (stream === undefined) return undefined
    clearTimeout(stream.timer)
    streams.delete(id)
    return stream
  }

  function discard(id: string): void {
    const stream = forget(id)
    if (stream === undefined) return
    const body = { stream: stream.name }
    const path = 'v1/liveness/discard'
    // The engine forgets by itself, too.
    void ask({ path, body, schema: Discarded, manner: 'repeatable' }).catch(() => undefined)
  }

  return {
    verifier: `http ${engine}`,
    secondsAllowed,
    async begin(id, { gentle = false } = {}) {
      discard(id)
      if (streams.size >= mostStreams) return BUSY
      const name = random.uuid()
      const body = { stream: name, gentle }
      const path = 'v1/liveness/begin'
      const prompt = await ask({ path, body, schema: Prompted, manner: 'repeatable' })
      if (prompt === 'busy' || prompt.kind === 'busy') return BUSY
      if (prompt.kind === 'no_stream') throw notUnderstood('a stream was not begun')
      const timer = setTimeout(() => discard(id), FORGOTTEN_SECONDS * 1000).unref()
      const stream = { name, sent: new Set<string>(), last: promptOf(prompt), timer }
      streams.set(id, stream)
      return stream.last
    },
    async see(id, { sequence, image }) {
      const stream = streams.get(id)
      if (stream === undefined) return undefined
      if (stream.last.isDone) return stream.last
      stream.sent.add(digestOf(image))
      if (stream.sent.size > MOST_FRAMES) throw notUnderstood('a stream without an end')
      const body = { stream: stream.name, sequence, image: encodedImage(image) }
      const path = 'v1/liveness/see'
      const prompt = await ask({ path, body, schema: Prompted, manner: 'frame' })
      if (prompt === 'busy' || prompt.kind === 'busy') return { ...stream.last, say: 'busy' }
      if (prompt.kind === 'no_stream') {
        forget(id)
        return undefined
      }
      return (stream.last = promptOf(prompt))
    },
    async conclude(id): Promise<LivenessVerdict | undefined> {
      const stream = forget(id)
      if (stream === undefined) return undefined
      const body = { stream: stream.name }
      const path = 'v1/liveness/conclude'
      const maxBytes = 32 * MEGABYTE
      const verdict = await ask({ path, body, schema: Verdict, manner: 'once', maxBytes })
      if (verdict === 'busy') throw notUnderstood('a verdict that is not to be had')
      if (verdict.kind === 'no_stream') return undefined
      if (verdict.kind === 'failed') return verdict
      const frames = verdict.frames.map((frame) => new Uint8Array(Buffer.from(frame, 'base64')))
      if (!frames.every((frame) => stream.sent.has(digestOf(frame)))) {
        throw notUnderstood('frames that are not of this stream')
      }
      return { kind: 'live', frames, facts: verdict.facts }
    },
    discard,
  }
}

const promptOf = ({
  say,
  progress,
  done,
}: {
  say: LivenessPrompt['say']
  progress: number
  done: boolean
}): LivenessPrompt => ({
  say,
  progress,
  isDone: done,
})

const notUnderstood = (what: string) =>
  new UpstreamUnavailable('face engine', `it answered with ${what}`)

const digestOf = (image: Uint8Array): string =>
  createHash('sha256').update(image).digest('base64url')
