import type { PdfRefusal } from '../pdf/refused.ts'
import { workerProcesses, type Ended } from '../verify/processes.ts'
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
  inspect(task: Omit<InspectTask, 'mostCpuMs'>): Promise<Inspection>
  close(): Promise<void>
}

interface Settings {
  readonly workers?: number
  /** For one document, in milliseconds. */
  readonly timeoutMs?: number
  /** How much work preparing the signature may be, in milliseconds of CPU time. */
  readonly mostCpuMs?: number
  /** Of one process, in megabytes. */
  readonly memoryMb?: number
}

/** Looks at documents of strangers: each in a process with an end to its time and its memory. */
export function pdfInspector(settings: Settings = {}): PdfInspector {
  const { workers = 1, timeoutMs = 20_000, mostCpuMs = 3_000, memoryMb = 512 } = settings
  const program = new URL('./worker.ts', import.meta.url)
  const pool = workerProcesses<InspectTask, Inspection>(program, {
    ...{ workers, timeoutMs, memoryMb },
    // What draws the appearance comes with a reader of pictures, which is no JavaScript.
    permissions: ['--allow-addons'],
  })
  return {
    async inspect(task) {
      const answer = await pool.run({ ...task, mostCpuMs })
      return typeof answer === 'string' ? ENDED[answer] : answer
    },
    close: () => pool.close(),
  }
}

/** A document that takes its process down is refused: nobody could sign it either. */
const ENDED: Readonly<Record<Ended, Inspection>> = {
  took_too_long: { kind: 'refused', code: 'took_too_long', where: '' },
  died: { kind: 'refused', code: 'too_complex', where: '' },
}
