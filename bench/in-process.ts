import { faceFrame } from './face-frame.ts'
import { livenessSession } from './liveness.ts'
import type { LoadOptions } from './load.ts'

/** Measurements without a server, in this very process: name → its row. */
export const IN_PROCESS: Readonly<
  Record<string, (options: LoadOptions) => Promise<{ readonly name: string }>>
> = {
  face_frame: faceFrame,
  liveness_session: livenessSession,
}
