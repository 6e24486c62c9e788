import type { Clock } from '../../ports/clock.ts'
import type { RevocationChecker } from '../../ports/revocation-checker.ts'
import { NO_EVIDENCE, type Evidence } from './evidence.ts'
import { liveEvidence } from './live-evidence.ts'
import { verifyProcesses, type Ended } from './processes.ts'
import type { Refusal, VerificationReport } from './report.ts'
import { refusedReport, type Verified } from './verify-pdf.ts'
import type { VerifyTask } from './worker.ts'

export interface VerifierPorts {
  readonly clock: Clock
  /** Absent: only what the document brings counts. */
  readonly revocation?: RevocationChecker
}

export interface VerifierSettings {
  /** DER certificates that are trusted. Without any, no signature passes. */
  readonly anchors: readonly Uint8Array[]
  readonly workers?: number
  /** For one document, in milliseconds; asking for revocation comes on top. */
  readonly timeoutMs?: number
  /** For all questions about the revocation of one document's certificates, in milliseconds. */
  readonly deadlineMs?: number
  /** Of one process, in megabytes. */
  readonly memoryMb?: number
  readonly mostBytes?: number
}

export interface PdfVerifier {
  /** `at`: as of when, in milliseconds since the epoch; default: now. Never throws for what is in the document. */
  verify(bytes: Uint8Array, at?: number): Promise<VerificationReport>
  close(): Promise<void>
}

const DEFAULTS = {
  workers: 1,
  timeoutMs: 20_000,
  deadlineMs: 3_000,
  memoryMb: 512,
  mostBytes: 64 * 1024 * 1024,
} as const

/** Verifies documents of strangers: each in a process with an end to its time and its memory. */
export function pdfVerifier(ports: VerifierPorts, settings: VerifierSettings): PdfVerifier {
  const limits = { ...DEFAULTS, ...settings }
  const pool = verifyProcesses(limits)
  const run = async (task: VerifyTask): Promise<Verified> => {
    const answer = await pool.run(task)
    if (typeof answer !== 'string') return answer
    return { report: refusedReport(REFUSALS[answer], task.now), wanted: [] }
  }
  return {
    async verify(bytes, at) {
      const now = at ?? ports.clock.now()
      if (bytes.length > limits.mostBytes) return refusedReport('too_large', now)
      const task = { bytes, anchors: limits.anchors, now, evidence: NO_EVIDENCE }
      const first = await run(task)
      const evidence = await moreEvidence(ports, first, limits.deadlineMs)
      return evidence === undefined ? first.report : (await run({ ...task, evidence })).report
    },
    close: () => pool.close(),
  }
}

/** A document that takes its process down is refused: whatever it did, it did not verify. */
const REFUSALS: Readonly<Record<Ended, Refusal>> = {
  took_too_long: 'took_too_long',
  died: 'too_complex',
}

async function moreEvidence(
  { revocation }: VerifierPorts,
  { wanted }: Verified,
  deadlineMs: number,
): Promise<Evidence | undefined> {
  if (revocation === undefined || wanted.length === 0) return undefined
  const evidence = await liveEvidence(revocation, wanted, deadlineMs)
  const count = evidence.ocsps.length + evidence.crls.length
  return count === 0 ? undefined : evidence
}
