import { Piscina } from 'piscina'
import type { PaperPrinter } from '../../ports/paper-printer.ts'
import type { PrintTask } from './worker.ts'

export interface OpenPaperPrinter extends PaperPrinter {
  close(): Promise<void>
}

const MOST_MS = 20_000

/** Prints in a thread, which ends when nobody prints. */
export function paperPrinter(): OpenPaperPrinter {
  const pool = new Piscina<PrintTask, Uint8Array>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30_000,
    maxQueue: 50,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  return {
    async print(paper, fileId) {
      const signal = AbortSignal.timeout(MOST_MS)
      return Buffer.from(await pool.run({ ...paper, fileId }, { signal }))
    },
    close: () => pool.destroy(),
  }
}
