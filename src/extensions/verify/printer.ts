import { Piscina } from 'piscina'
import type { PaperTask } from './paper/lines.ts'

export interface ReportPrinter {
  print(task: PaperTask): Promise<Buffer>
  close(): Promise<void>
}

const MOST_MS = 20_000

/** Prints reports in a thread, which ends when nobody prints. */
export function reportPrinter(): ReportPrinter {
  const pool = new Piscina<PaperTask, Uint8Array>({
    filename: new URL('./paper/worker.ts', import.meta.url).href,
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
    async print(task) {
      return Buffer.from(await pool.run(task, { signal: AbortSignal.timeout(MOST_MS) }))
    },
    close: () => pool.destroy(),
  }
}
