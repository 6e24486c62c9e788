import { faceFrame } from './face-frame.ts'
import { livenessSession } from './liveness.ts'
import type { LoadOptions } from './load.ts'
import { pdfVerify } from './pdf-verify.ts'
import { padesScenario } from './pades.ts'
import { signingThreads } from './signing-threads.ts'

/** Measurements without a server, in this very process: name → its row. */
export const IN_PROCESS: Readonly<
  Record<string, (options: LoadOptions) => Promise<{ readonly name: string }>>
> = {
  face_frame: faceFrame,
  liveness_session: livenessSession,
  pdf_verify_1mb: pdfVerify,
  pades_bb_1mb: padesScenario('pades_bb_1mb', 'B-B', 1),
  pades_bt_1mb: padesScenario('pades_bt_1mb', 'B-T', 1),
  pades_blt_1mb: padesScenario('pades_blt_1mb', 'B-LT', 1),
  pades_bb_50mb: padesScenario('pades_bb_50mb', 'B-B', 50, 10),
  signing_threads: signingThreads,
}
