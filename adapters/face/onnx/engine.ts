import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { PanjerehError, UpstreamUnavailable } from '../../../src/errors.ts'
import { modelsVersion } from '../manifest.ts'
import { missingModels } from '../models.ts'
import type { FaceEngine, Look } from './face-engine.ts'
import type { LookTask, WorkerSettings } from './worker.ts'

export type { FaceEngine, Look, SeenFace, Wants } from './face-engine.ts'

export interface EngineSettings {
  /** Where `panjereh face fetch` put the models. */
  readonly directory: string
  /** Threads, each with all models (about 60 MB); as many as the machine has cores when unset. */
  readonly workers?: number
  /** Images that may wait for a worker; beyond them the answer is `busy`. */
  readonly queue?: number
}

/** No image takes so long; a worker that does is ended and replaced. */
const LOOK_MS = 15_000
const WAITING_PER_WORKER = 8

/** Opens the engine after it has seen that the models are there and the right ones. The workers start with the
 *  first image. Throws `config_invalid` when models are missing. */
export async function faceEngine(settings: EngineSettings): Promise<FaceEngine> {
  const { directory, workers = availableParallelism() } = settings
  const { queue = workers * WAITING_PER_WORKER } = settings
  const missing = await missingModels(directory)
  if (missing.length > 0) throw withoutModels(directory, missing)

  let pool: Piscina<LookTask, Look> | undefined
  let isClosed = false
  let underWay = 0

  async function run({ image, wants }: LookTask): Promise<Look> {
    pool ??= openPool({ directory }, workers)
    try {
      const task = { image, wants }
      const signal = AbortSignal.timeout(LOOK_MS)
      return await pool.run(task, { signal, transferList: [image.buffer as ArrayBuffer] })
    } catch (cause) {
      throw new UpstreamUnavailable('face engine', 'a worker failed; it has been replaced', {
        cause,
      })
    }
  }

  return {
    version: modelsVersion(),
    async look(image, wants) {
      if (isClosed) throw new UpstreamUnavailable('face engine', 'it is closed')
      if (underWay >= workers + queue) return { kind: 'busy' }
      underWay += 1
      try {
        // A copy is handed over, so that the worker can wipe it and the caller keeps its own.
        return await run({ image: Uint8Array.from(image), wants })
      } finally {
        underWay -= 1
      }
    },
    async close() {
      isClosed = true
      await pool?.close()
    },
  }
}

function openPool(settings: WorkerSettings, workers: number): Piscina<LookTask, Look> {
  const pool = new Piscina<LookTask, Look>({
    filename: new URL('./worker.ts', import.meta.url).href,
    workerData: settings,
    minThreads: workers,
    maxThreads: workers,
    maxQueue: Infinity,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
  })
  // An idle worker that dies is replaced; who waits for one that was at work is told by `run`.
  pool.on('error', () => undefined)
  return pool
}

function withoutModels(directory: string, missing: readonly string[]): PanjerehError {
  return new PanjerehError(
    'config_invalid',
    `The face models are not in ${directory} (${missing.join(', ')}): run \`bin/panjereh face fetch\``,
  )
}
