import type { Paper } from '../../ports/paper-printer.ts'
import { printed } from './print.ts'

export interface PrintTask extends Paper {
  /** 16 bytes. */
  readonly fileId: Uint8Array
}

/** Runs in a thread of its own: shaping and subsetting take some hundred milliseconds. */
export default function print({ fileId, ...task }: PrintTask): Uint8Array {
  return printed(task, { bytes: () => fileId })
}
