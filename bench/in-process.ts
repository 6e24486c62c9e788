import { livenessSession } from './liveness.ts'
import type { LoadOptions } from './load.ts'

/** Measurements without a server and without a baseline, in this very process: name → its row. */
export const IN_PROCESS: Readonly<
  Record<string, (options: LoadOptions) => Promise<{ readonly name: string }>>
> = {
  liveness_session: livenessSession,
}
