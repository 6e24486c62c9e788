import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { ExpectedCard } from '../../src/ports/card-reader.ts'
import { openCv } from './opencv.ts'
import { glanceAt, readCard, type Glance, type Read, type ReadTools } from './read-card.ts'
import { loadWeights } from './weights.ts'

/** What the pool gives a worker at its birth and with each task. */
export interface WorkerSettings {
  readonly allowSpecimens: boolean
  readonly smallest: number
}
export interface CardTask {
  readonly image: Uint8Array
  /** Absent: a glance. */
  readonly expected?: ExpectedCard
}

// The pool is what runs side by side; and nothing of an image is to stay in a cache.
sharp.concurrency(1)
sharp.cache(false)

const tools = opened()
// Whoever asks is told: a worker that ends at its birth would only be born again.
tools.catch(() => undefined)

async function opened(): Promise<ReadTools> {
  const { cv } = await openCv()
  return { cv, weights: await loadWeights(), ...(workerData as WorkerSettings) }
}

export default async function look({ image, expected }: CardTask): Promise<Glance | Read> {
  try {
    return expected
      ? await readCard(await tools, image, expected)
      : await glanceAt(await tools, image)
  } finally {
    image.fill(0)
  }
}
