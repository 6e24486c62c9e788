import { Piscina } from 'piscina'
import { UpstreamUnavailable } from '../../errors.ts'
import type { PaperPrinter } from '../../ports/paper-printer.ts'
import { atMost } from '../at-most.ts'
import type { PrintTask } from './worker.ts'

export interface OpenPaperPrinter extends PaperPrinter {
  close(): Promise<void>
}

interface Settings {
  /** Papers that may wait for the thread. */
  readonly waiting?: number
}

const MOST_MS = 20_000

const tooMany = (cause?: unknown) =>
  new UpstreamUnavailable('printer', 'too many wait for it', { cause })

/** It waited or took too long: later there is room. Anything else is a fault of ours. */
function refuse(error: unknown): never {
  throw (error as Error).name === 'AbortError' ? tooMany(error) : error
}

/** Prints in a thread, which ends when nobody prints. */
export function paperPrinter({ waiting = 50 }: Settings = {}): OpenPaperPrinter {
  const within = atMost(1 + waiting, () => tooMany())
  const pool = new Piscina<PrintTask, Uint8Array>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30_000,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  return {
    async print(paper, fileId) {
      const printed = await within(() =>
        pool.run({ ...paper, fileId }, { signal: AbortSignal.timeout(MOST_MS) }).catch(refuse),
      )
      return Buffer.from(printed)
    },
    close: () => pool.destroy(),
  }
}
