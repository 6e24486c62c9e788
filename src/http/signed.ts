import type { Interaction } from 'oidc-provider'
import { hasAct } from '../oidc/acts.ts'
import type { StepUpResult } from '../oidc/step-up-result.ts'

/** Something was signed in this very request: no answer about anything else undoes it. */
export function isSigned({ lastSubmission }: Interaction): boolean {
  const { step_up: made } = (lastSubmission ?? {}) as { step_up?: StepUpResult }
  return hasAct(made?.details)
}
