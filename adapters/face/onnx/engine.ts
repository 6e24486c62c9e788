import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { PanjerehError, UpstreamUnavailable } from '../../../src/errors.ts'
import { modelsVersion } from '../manifest.ts'
import { missingModels } from '../models.ts'
import type { FaceEngine, Look } from './face-engine.ts'
import { MAX_BYTES } from './limits.ts'
import type { LookTask, WorkerSettings } from './worker.ts'

export type { FaceEngine, Look, SeenFace, Wants } from './face-engine.ts'

export interface EngineSettings {
  /** Where `panjereh face fetch` put the models. */
  readonly directory: string
  /** Threads, each with all models (about 60 MB); as many as the machine has cores when unset. */
  readonly workers?: number
  /** Images that may wait for a worker; beyond them the answer is `busy`. */
  readonly queue?: number
  /** Milliseconds after which an image is given up. */
  readonly lookMs?: number
  /** Another program in the workers, for tests of what befalls them. */
  readonly worker?: URL
}

const LOOK_MS = 15_000
const WAITING_PER_WORKER = 8
const WORKER = new URL('./worker.ts', import.meta.url)

/** Opens the engine after it has seen that the models are there and the right ones. The workers start with the
 *  first image. Throws `config_invalid` when models are missing. */
export async function faceEngine(settings: EngineSettings): Promise<FaceEngine> {
  const { directory, workers = availableParallelism() } = settings
  const { queue = workers * WAITING_PER_WORKER, lookMs = LOOK_MS, worker = WORKER } = settings
  const missing = await missingModels(directory)
  if (missing.length > 0) throw withoutModels(directory, missing)

  let pool: Piscina<LookTask, Look> | undefined
  let isClosed = false
  const underWay = new Set<Promise<Look>>()

  function begun(task: LookTask): Promise<Look> {
    pool ??= openPool(worker, { directory }, workers)
    const look = pool.run(task, { transferList: [task.image.buffer as ArrayBuffer] })
    underWay.add(look)
    const done = () => void underWay.delete(look)
    look.then(done, done)
    return look
  }

  return {
    version: modelsVersion(),
    async look(image, wants) {
      if (isClosed) throw new UpstreamUnavailable('face engine', 'it is closed')
      if (image.byteLength > MAX_BYTES) return { kind: 'unreadable' }
      if (underWay.size >= workers + queue) return { kind: 'busy' }
      // A copy is handed over, so that the worker can wipe it and the caller keeps its own.
      return inTime(begun({ image: Uint8Array.from(image), wants }), lookMs)
    },
    async close() {
      isClosed = true
      await Promise.allSettled([...underWay])
      await pool?.destroy()
    },
  }
}

/** A worker that is too late is left to come to its end, and keeps its place in the queue until then: to end it
 *  while onnxruntime is at work would end the whole process. */
async function inTime(look: Promise<Look>, lookMs: number): Promise<Look> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${lookMs} ms`)), lookMs)
  })
  try {
    return await Promise.race([look, late])
  } catch (cause) {
    throw new UpstreamUnavailable('face engine', 'a worker failed', { cause })
  } finally {
    clearTimeout(timer)
  }
}

function openPool(worker: URL, settings: WorkerSettings, workers: number): Piscina<LookTask, Look> {
  const pool = new Piscina<LookTask, Look>({
    filename: worker.href,
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
