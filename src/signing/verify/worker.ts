import type { Evidence } from './evidence.ts'
import { answering } from './handed-over.ts'
import { verifyPdf } from './verify-pdf.ts'

/** What a process is given: plain data. */
export interface VerifyTask {
  readonly bytes: Uint8Array
  readonly anchors: readonly Uint8Array[]
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly evidence: Evidence
}

/** A program of its own, which is ended when a document takes too long or too much: one task after the other, until
 *  the window that began it is gone. */
const verify = ({ bytes, ...options }: VerifyTask) => verifyPdf(bytes, options)
process.on('message', answering(verify))
process.on('disconnect', () => process.exit())
