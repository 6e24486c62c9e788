import type { KoaContextWithOIDC } from 'oidc-provider'
import type { AuthorizationDetails } from '../assurance/level.ts'
import type { SessionProof } from '../ports/session-level-store.ts'

/** Our part of an interaction's result, beside `login` and `consent`. */
export interface StepUpResult {
  readonly proofs: readonly SessionProof[]
  readonly settled: boolean
  /** The request's details, where something came of them. */
  readonly details?: AuthorizationDetails
}

export function stepUpResult(ctx: KoaContextWithOIDC): StepUpResult | undefined {
  const result = ctx.oidc.result as { step_up?: StepUpResult } | undefined
  return result?.step_up
}
