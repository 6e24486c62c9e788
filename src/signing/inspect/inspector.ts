import { Piscina } from 'piscina'
import type { PdfRefusal } from '../pdf/refused.ts'
import type { InspectTask } from './worker.ts'

export type Inspection =
  | { readonly kind: 'fit'; readonly pages: number }
  | {
      readonly kind: 'refused'
      readonly code: PdfRefusal | 'took_too_long'
      /** For developers; nothing of the document's content. */
      readonly where: string
    }

export interface PdfInspector {
  /** Can this be signed, and by a citizen? Never throws for what is in the document. */
  inspect(task: InspectTask): Promise<Inspection>
  close(): Promise<void>
}

interface Settings {
  readonly workers?: number
  /** For one document, in milliseconds. */
  readonly timeoutMs?: number
  /** Of one worker, in megabytes. */
  readonly memoryMb?: number
}

/** Looks at documents of strangers: each in a thread with an end to its time and its memory. */
export function pdfInspector({ workers = 1, timeoutMs = 20_000, memoryMb = 512 }: Settings = {}) {
  const pool = new Piscina<InspectTask, Inspection>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: 30_000,
    maxQueue: 1000,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
    resourceLimits: {
      maxOldGenerationSizeMb: memoryMb,
      maxYoungGenerationSizeMb: 64,
      stackSizeMb: 4,
    },
  })
  // A worker that dies is replaced; who waits for it is told below.
  pool.on('error', () => undefined)
  const inspector: PdfInspector = {
    async inspect(task) {
      try {
        return await pool.run(task, { signal: AbortSignal.timeout(timeoutMs) })
      } catch (error) {
        const isLate = error instanceof Error && error.name === 'AbortError'
        return { kind: 'refused', code: isLate ? 'took_too_long' : 'too_complex', where: '' }
      }
    },
    close: () => pool.destroy(),
  }
  return inspector
}
