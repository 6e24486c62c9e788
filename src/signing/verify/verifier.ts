import { Piscina } from 'piscina'
import type { Clock } from '../../ports/clock.ts'
import type { RevocationChecker } from '../../ports/revocation-checker.ts'
import { NO_EVIDENCE, type Evidence } from './evidence.ts'
import { liveEvidence } from './live-evidence.ts'
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
  /** Of one worker, in megabytes. */
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

/** Verifies documents of strangers: each in a thread with an end to its time and its memory. */
export function pdfVerifier(ports: VerifierPorts, settings: VerifierSettings): PdfVerifier {
  const limits = { ...DEFAULTS, ...settings }
  const pool = workers(limits)
  const run = async (task: VerifyTask): Promise<Verified> => {
    try {
      return await pool.run(task, { signal: AbortSignal.timeout(limits.timeoutMs) })
    } catch (error) {
      return { report: refusedReport(fatalRefusal(error), task.now), wanted: [] }
    }
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
    close: () => pool.destroy(),
  }
}

function workers({
  workers: count,
  memoryMb,
}: {
  readonly workers: number
  readonly memoryMb: number
}) {
  const pool = new Piscina<VerifyTask, Verified>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: count,
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
  // A worker that dies is replaced; who waits for it is told by `run`.
  pool.on('error', () => undefined)
  return pool
}

/** A document that takes our thread down is refused: whatever it did, it did not verify. */
function fatalRefusal(error: unknown): Refusal {
  return error instanceof Error && error.name === 'AbortError' ? 'took_too_long' : 'too_complex'
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
