import { createHash } from 'node:crypto'
import type { VerificationReport } from '../../signing/verify/report.ts'

/** The verifier's report, and about which bytes it is. This is what `POST /verify/api` answers. */
export interface DocumentReport extends VerificationReport {
  readonly document: {
    /** Bytes. */
    readonly size: number
    /** Hexadecimal. */
    readonly sha256: string
  }
}

export function documentReport(bytes: Buffer, report: VerificationReport): DocumentReport {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { document: { size: bytes.length, sha256 }, ...report }
}
