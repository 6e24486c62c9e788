import type { Context } from 'koa'
import type { Interaction } from 'oidc-provider'
import type { AuthorizationDetails } from '../assurance/level.ts'
import type { StepUpVisit } from '../assurance/step-up.ts'
import type { PromptGoal } from '../oidc/step-up-prompt.ts'
import type { Ports } from '../ports/index.ts'
import { originOf } from './origin.ts'
import { localeOf, requestIdOf } from './request-context.ts'

type Needs = Pick<Ports, 'random' | 'secrets'>

/** One request of an interaction, as the driver of the levels sees it. `device`: of the other device, when it is
 *  that one that asks. */
export function visitOf(
  ctx: Context,
  ports: Needs,
  interaction: Interaction,
  device?: string,
): StepUpVisit {
  const { params, session, uid } = interaction
  const goal = goalOf(interaction)
  return {
    uid,
    requestId: requestIdOf(ctx),
    subjectId: session?.accountId,
    clientId: String(params['client_id']),
    locale: localeOf(ctx, params['ui_locales']),
    origin: originOf(ctx, ports),
    loginHint: typeof params['login_hint'] === 'string' ? params['login_hint'] : undefined,
    lastProvedAt: goal.lastProvedAt,
    details: detailsOf(params['authorization_details']),
    goal,
    device,
  }
}

/** They have been checked by then; of a request object they are an array already. */
function detailsOf(parameter: unknown): AuthorizationDetails | undefined {
  const details: unknown = typeof parameter === 'string' ? JSON.parse(parameter) : parameter
  return Array.isArray(details) ? (details as AuthorizationDetails) : undefined
}

export function goalOf(interaction: Interaction): PromptGoal {
  const { goal } = interaction.prompt.details as { goal?: PromptGoal }
  return goal ?? { rank: 1, heldRank: 0, reauthenticate: true, mayFallBack: false }
}

/** Consent and the choice of whom one acts for are no levels. */
export function isAboutLevels({ prompt }: Interaction): boolean {
  return prompt.name !== 'consent' && prompt.name !== 'select_account'
}
