import type { Evidence } from './evidence.ts'
import { verifyPdf, type Verified } from './verify-pdf.ts'

/** What a worker is given: plain data. */
export interface VerifyTask {
  readonly bytes: Uint8Array
  readonly anchors: readonly Uint8Array[]
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly evidence: Evidence
}

/** Runs in a thread of its own, which is ended when the document takes too long or too much. */
export default function verifyTask({ bytes, ...options }: VerifyTask): Verified {
  return verifyPdf(bytes, options)
}
