import { PanjerehError, type ErrorCode } from '../../errors.ts'
import type { Elsewhere, ReadableDocument } from '../../ports/document-store.ts'
import type { PdfSteps } from '../../ports/pdf-writer.ts'
import { writerHere } from '../pades/writer-here.ts'
import { PdfRefused, type PdfRefusal } from '../pdf/refused.ts'

/** What a thread is given: plain data, and memory that it shares. */
export interface WriterTask<Step extends keyof PdfSteps> {
  readonly step: Step
  readonly document: Elsewhere
  readonly added: Uint8Array
  readonly wish: PdfSteps[Step]['wish']
}

/** Errors lose their codes on the way from thread to thread. */
export type WriterAnswer<Step extends keyof PdfSteps> =
  | { readonly kind: 'made'; readonly made: PdfSteps[Step]['made'] }
  | { readonly kind: 'refused'; readonly code: PdfRefusal; readonly where: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }

/** Runs in a thread of its own: one step of writing one document. */
export default async function write<Step extends keyof PdfSteps>(
  task: WriterTask<Step>,
): Promise<WriterAnswer<Step>> {
  const { step, document, added, wish } = task
  try {
    const base = await opened(document)
    return { kind: 'made', made: await writerHere[step]({ base, added }, wish) }
  } catch (error) {
    if (error instanceof PdfRefused)
      return { kind: 'refused', code: error.code, where: error.where }
    if (error instanceof PanjerehError)
      return { kind: 'failed', code: error.code, message: error.message }
    throw error
  }
}

interface Opener {
  default(given: object): ReadableDocument
}

/** `program`: one of ours, named by the window and by nobody else. */
async function opened(elsewhere: Elsewhere): Promise<ReadableDocument> {
  const { default: open } = (await import(elsewhere.program)) as Opener
  const { size, read, pieces } = open(elsewhere.given)
  return { size, read, pieces, elsewhere }
}
