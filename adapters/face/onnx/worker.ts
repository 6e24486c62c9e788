import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { lookAt } from './look.ts'
import { loadModels } from './sessions.ts'
import type { Look, Wants } from './face-engine.ts'

/** What the pool gives a worker at its birth and with each task. */
export interface WorkerSettings {
  readonly directory: string
}
export interface LookTask {
  readonly image: Uint8Array
  readonly wants: Wants
}

// The pool is what runs side by side; and nothing of an image is to stay in a cache.
sharp.concurrency(1)
sharp.cache(false)

const models = loadModels((workerData as WorkerSettings).directory)
// Whoever asks is told: a worker that ends at its birth would only be born again.
models.catch(() => undefined)

export default async function look({ image, wants }: LookTask): Promise<Look> {
  try {
    return await lookAt(await models, image, wants)
  } finally {
    image.fill(0)
  }
}
