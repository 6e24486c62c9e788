import { Piscina } from 'piscina'
import { z } from 'zod'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Busy } from '../../src/ports/encoded-image.ts'
import type { CardReader } from '../../src/ports/card-reader.ts'
import { LAYOUT } from './layout.ts'
import type { Glance, Read } from './read-card.ts'
import { DIGITS_SHA256 } from './weights.ts'
import type { CardTask, WorkerSettings } from './worker.ts'

export const CardReaderSettings = z.object({
  /** Threads, each with OpenCV (about 100 MB once it has worked). They start with the first image. */
  workers: z.number().int().min(1).max(64).default(1),
  /** Images that may wait for a worker; beyond them the answer is `busy`. */
  queue: z.number().int().min(0).max(1000).default(8),
  /** Samples pass for cards: for demonstrations and tests alone. */
  allowSpecimens: z.boolean().default(false),
  /** Pixels of the photograph that the card is wide, at least: the portrait is a quarter of it. */
  smallest: z.number().int().min(300).max(4000).default(560),
})
export type CardReaderSettings = z.input<typeof CardReaderSettings>

export interface OpenCardReader extends CardReader {
  close(): Promise<void>
}

/** No image takes so long; a worker that does is ended and replaced. */
const LOOK_MS = 15_000
/** A worker without work gives its memory back after this. */
const IDLE_MS = 300_000

/** Reads cards on worker threads, by OpenCV and a small network for digits. Throws `UpstreamUnavailable` when a
 *  worker fails or the reader is closed. */
export function cardReader(settings: CardReaderSettings = {}): OpenCardReader {
  const { workers, queue, ...rest } = CardReaderSettings.parse(settings)
  let pool: Piscina<CardTask, Glance | Read> | undefined
  let isClosed = false
  let underWay = 0

  async function look(task: CardTask): Promise<Glance | Read | Busy> {
    if (isClosed) throw new UpstreamUnavailable('card reader', 'it is closed')
    if (underWay >= workers + queue) return { kind: 'busy' }
    underWay += 1
    try {
      pool ??= openPool(rest, workers)
      // A copy is handed over, so that the worker can wipe it and the caller keeps its own.
      const image = Uint8Array.from(task.image)
      const signal = AbortSignal.timeout(LOOK_MS)
      return await pool.run({ ...task, image }, { signal, transferList: [image.buffer] })
    } catch (cause) {
      throw new UpstreamUnavailable('card reader', 'a worker failed; it has been replaced', {
        cause,
      })
    } finally {
      underWay -= 1
    }
  }

  return {
    verifier: `panjereh card reader; layout ${LAYOUT.version}; digits ${DIGITS_SHA256.slice(0, 12)}`,
    async glance(image) {
      const seen = await look({ image })
      if (seen.kind === 'seen' || seen.kind === 'busy') return seen
      throw new UpstreamUnavailable('card reader', 'a glance was answered by a reading')
    },
    async read(image, expected) {
      const read = await look({ image, expected })
      if (read.kind !== 'seen') return read
      throw new UpstreamUnavailable('card reader', 'a reading was answered by a glance')
    },
    async close() {
      isClosed = true
      await pool?.close()
    },
  }
}

function openPool(settings: WorkerSettings, workers: number): Piscina<CardTask, Glance | Read> {
  const pool = new Piscina<CardTask, Glance | Read>({
    filename: new URL('./worker.ts', import.meta.url).href,
    workerData: settings,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: IDLE_MS,
    maxQueue: Infinity,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
  })
  // An idle worker that dies is replaced; who waits for one that was at work is told by `look`.
  pool.on('error', () => undefined)
  return pool
}
