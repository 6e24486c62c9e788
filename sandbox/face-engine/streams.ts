/** Frames from the front, then to one side, then to the other; so many of each. */
const FRAMES_EACH = 4
const TURNS = ['turn_left', 'turn_right'] as const
const MOST_STREAMS = 1000

interface Stream {
  readonly says: readonly string[]
  readonly frames: string[]
  lastSequence: number
  isOutOfOrder: boolean
}

/** The engine's streams. It believes every frame: what it finds at the end is what it was told to find. */
export function streamBook() {
  const streams = new Map<string, Stream>()

  function promptOf({ says, frames, isOutOfOrder }: Stream) {
    const say = isOutOfOrder ? 'done' : (says[Math.floor(frames.length / FRAMES_EACH)] ?? 'done')
    const progress = Math.min(1, frames.length / (says.length * FRAMES_EACH))
    return { kind: 'prompt', say, progress, done: say === 'done' }
  }

  return {
    begin(name: string) {
      if (streams.size >= MOST_STREAMS) return { kind: 'busy' }
      const turns = Math.random() < 0.5 ? TURNS : TURNS.toReversed()
      const says = ['look_straight', ...turns, 'look_straight']
      const stream = { says, frames: [], lastSequence: -1, isOutOfOrder: false }
      streams.set(name, stream)
      return promptOf(stream)
    },
    see(name: string, sequence: number, image: string) {
      const stream = streams.get(name)
      if (stream === undefined) return { kind: 'no_stream' }
      if (!promptOf(stream).done) {
        stream.isOutOfOrder = sequence <= stream.lastSequence
        stream.lastSequence = sequence
        stream.frames.push(image)
      }
      return promptOf(stream)
    },
    /** `found`: live, or why not, when all was seen. */
    conclude(name: string, found: string) {
      const stream = streams.get(name)
      if (stream === undefined) return { kind: 'no_stream' }
      streams.delete(name)
      const facts = { frames: stream.frames.length }
      const reason = stream.isOutOfOrder
        ? 'out_of_order'
        : promptOf(stream).done
          ? found
          : 'too_slow'
      return reason === 'live'
        ? { kind: 'live', frames: stream.frames.slice(0, 2), facts }
        : { kind: 'failed', reason, facts }
    },
    discard(name: string) {
      streams.delete(name)
      return { kind: 'discarded' }
    },
    size: () => streams.size,
  }
}
export type StreamBook = ReturnType<typeof streamBook>
