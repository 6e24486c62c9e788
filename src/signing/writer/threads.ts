import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { PanjerehError, UpstreamUnavailable } from '../../errors.ts'
import type { AppendedDocument, PdfSteps, PdfWriter } from '../../ports/pdf-writer.ts'
import { atMost } from '../at-most.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { elsewhereOf } from './shared.ts'
import type { WriterAnswer, WriterTask } from './worker.ts'

export interface OpenPdfWriter extends PdfWriter {
  close(): Promise<void>
}

interface Settings {
  readonly threads?: number
  /** For one step, from when it is asked for; milliseconds. */
  readonly timeoutMs?: number
  /** Steps that may wait for a thread. */
  readonly waiting?: number
  /** Of what JavaScript of one thread may hold, in megabytes. */
  readonly memoryMb?: number
}

/** One core is left to everybody else. */
const THREADS = Math.max(1, Math.min(4, availableParallelism() - 1))
const IDLE_MS = 120_000

/** Writes in threads, which begin when they are needed and end when nobody signs. What comes here was prepared once
 *  before, by the inspector and in a process of its own, or it was made by ourselves. */
export function pdfWriterThreads(settings: Settings = {}): OpenPdfWriter {
  const { threads = THREADS, timeoutMs = 20_000, waiting = 500, memoryMb = 512 } = settings
  const pool = new Piscina<WriterTask<keyof PdfSteps>, WriterAnswer<keyof PdfSteps>>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    atomics: 'disabled',
    // No secret of the window is of use to a worker.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })

  // Whatever a thread that has no task says of its end is of no use to anybody.
  pool.on('error', () => undefined)
  const within = atMost(threads + waiting, () => tooMany())

  const run =
    <Step extends keyof PdfSteps>(step: Step) =>
    (pdf: AppendedDocument, wish: PdfSteps[Step]['wish']): Promise<PdfSteps[Step]['made']> =>
      within(async () => {
        const document = await elsewhereOf(pdf.base)
        const task = { step, document, added: pdf.added, wish }
        const signal = AbortSignal.timeout(timeoutMs)
        const answer = await pool.run(task, { signal }).catch(ended)
        return madeIn(answer as WriterAnswer<Step>)
      })

  return {
    signature: run('signature'),
    validationData: run('validationData'),
    timestamp: run('timestamp'),
    close: () => pool.destroy(),
  }
}

function madeIn<Step extends keyof PdfSteps>(answer: WriterAnswer<Step>): PdfSteps[Step]['made'] {
  if (answer.kind === 'made') return answer.made
  if (answer.kind === 'refused') throw new PdfRefused(answer.code, answer.where)
  throw new PanjerehError(answer.code, answer.message)
}

const tooMany = (cause?: unknown) =>
  new UpstreamUnavailable('pdf writer', 'too many documents wait to be prepared', { cause })

/** It waited or took too long: later there is room. A document that takes its thread down cannot be signed. */
function ended(cause: unknown): never {
  const { name, message, code } = cause as NodeJS.ErrnoException
  if (name === 'AbortError') throw tooMany(cause)
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || message.startsWith('worker exited'))
    throw new PdfRefused('too_complex', 'writing', { cause })
  throw cause
}
