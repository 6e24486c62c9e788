import type { PaperTask } from './lines.ts'
import { printed } from './print.ts'

export interface PrintTask extends PaperTask {
  /** For the identifier of the file (ISO 32000-1 section 14.4). */
  readonly fileId: Uint8Array
}

/** Runs in a thread of its own: shaping and subsetting take some hundred milliseconds. */
export default function print({ fileId, ...task }: PrintTask): Uint8Array {
  return printed(task, { bytes: () => fileId })
}
