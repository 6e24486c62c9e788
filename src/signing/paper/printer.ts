import { Piscina } from 'piscina'
import { UpstreamUnavailable } from '../../errors.ts'
import type { PaperPrinter } from '../../ports/paper-printer.ts'
import type { PrintTask } from './worker.ts'

export interface OpenPaperPrinter extends PaperPrinter {
  close(): Promise<void>
}

const MOST_MS = 20_000

/** Too many wait, or it took too long: later there is room. Anything else is a fault of ours. */
function refuse(error: unknown): never {
  const { name, message } = error as Error
  if (name === 'AbortError' || message === 'Task queue is at limit') {
    throw new UpstreamUnavailable('printer', 'too many wait for it', { cause: error })
  }
  throw error
}

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
      const printed = pool.run({ ...paper, fileId }, { signal })
      return Buffer.from(await printed.catch((error: unknown) => refuse(error)))
    },
    close: () => pool.destroy(),
  }
}
