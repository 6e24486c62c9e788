import type { KoaContextWithOIDC } from 'oidc-provider'
import type { AuthorizationDetails } from '../assurance/level.ts'
import type { SessionProof } from '../ports/session-level-store.ts'

/** How a service is told that its request was not gone through with. */
export interface StepUpRefusal {
  readonly error: 'access_denied' | 'temporarily_unavailable' | 'unmet_authentication_requirements'
  readonly error_description: string
}

/** Our part of an interaction's result, beside `login` and `consent`. */
export interface StepUpResult {
  readonly proofs: readonly SessionProof[]
  readonly settled: boolean
  /** The request's details, where something came of them. */
  readonly details?: AuthorizationDetails
  /** The person went no further than these proofs. */
  readonly refused?: StepUpRefusal
}

export function stepUpResult(ctx: KoaContextWithOIDC): StepUpResult | undefined {
  const result = ctx.oidc.result as { step_up?: StepUpResult } | undefined
  return result?.step_up
}
