import { Piscina } from 'piscina'
import type { Random } from '../../ports/random.ts'
import type { PaperTask } from './paper/lines.ts'
import type { PrintTask } from './paper/worker.ts'

export interface ReportPrinter {
  print(task: PaperTask): Promise<Buffer>
  close(): Promise<void>
}

const MOST_MS = 20_000

/** Prints reports in a thread, which ends when nobody prints. */
export function reportPrinter({ random }: { readonly random: Random }): ReportPrinter {
  const pool = new Piscina<PrintTask, Uint8Array>({
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
      const whole = { ...task, fileId: random.bytes(16) }
      return Buffer.from(await pool.run(whole, { signal: AbortSignal.timeout(MOST_MS) }))
    },
    close: () => pool.destroy(),
  }
}
