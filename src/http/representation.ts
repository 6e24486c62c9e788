import type { Context } from 'koa'
import type { Interaction } from 'oidc-provider'
import type { Mandates } from '../assurance/representation.ts'
import { LEGAL_PERSON_SCOPE, type SelectAccountDetails } from '../oidc/select-account-prompt.ts'
import { representationPage } from '../pages/representation.ts'
import { csrfToken } from './csrf.ts'
import type { InteractionNeeds } from './interaction.ts'
import { pageProps } from './interaction-pages.ts'
import { requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'
import { isSigned } from './signed.ts'

/** For himself, as a form says it. */
const SELF = 'self'

function selectionOf({ prompt }: Interaction): SelectAccountDetails {
  return (prompt.details as { selection: SelectAccountDetails }).selection
}

/** For whom does the person act towards this service? Asked of the registry at each look. */
export async function askRepresentation(
  ctx: Context,
  needs: InteractionNeeds,
  interaction: Interaction,
  error?: string,
): Promise<void> {
  const { subjectId, grantId, isEssential, isWanted } = selectionOf(interaction)
  if (!isWanted) return end(ctx, needs, { select_account: { grantId } })
  const known = await needs.law.mandatesOf(subjectId)
  const props = await pageProps(ctx, needs, interaction)
  sendPage(
    ctx,
    representationPage({
      ...props,
      action: `/interaction/${interaction.uid}`,
      csrf: csrfToken(needs.ports, interaction.uid),
      choices: choicesOf(known),
      isAway: known.kind === 'away',
      mayBeSelf: !isEssential,
      isSigned: isSigned(interaction),
      error,
    }),
  )
}

function choicesOf(known: Mandates) {
  if (known.kind === 'away') return []
  return known.mandates.map(({ id, entity, role, isJoint }) => ({
    value: `mandate:${id}`,
    name: entity.name,
    legalId: entity.legalId,
    role,
    isJoint,
  }))
}

export async function decideRepresentation(
  ctx: Context,
  needs: InteractionNeeds,
  interaction: Interaction,
  input: Readonly<Record<string, string>>,
): Promise<void> {
  const { grantId, subjectId, isEssential } = selectionOf(interaction)
  const { action = '' } = input
  if ((action === 'cancel' || action === 'leave') && isSigned(interaction)) {
    return sendSignedAlone(ctx, needs, interaction)
  }
  if (action === 'cancel') return end(ctx, needs, refusal('the person cancelled'))
  if (action === 'leave') return leave(ctx, needs, interaction)
  if (action === 'again') return askRepresentation(ctx, needs, interaction)
  const { for: chosen = '' } = input
  const mandateId = /^mandate:(.{1,64})$/.exec(chosen)?.[1]
  if (mandateId === undefined && (chosen !== SELF || isEssential)) {
    return askRepresentation(ctx, needs, interaction, 'representation_missing')
  }
  const result = await needs.law.choose({
    grantId,
    subjectId,
    clientId: String(interaction.params['client_id']),
    requestId: requestIdOf(ctx),
    mandateId,
  })
  if (result === 'chosen') return end(ctx, needs, { select_account: { grantId } })
  return askRepresentation(ctx, needs, interaction, 'representation_gone')
}

/** No choice is made, and what was signed in this very request is the service's already: it gets that, and nothing for
 *  a legal person. */
async function sendSignedAlone(ctx: Context, needs: InteractionNeeds, interaction: Interaction) {
  const { grantId, subjectId } = selectionOf(interaction)
  const grant = await needs.provider.Grant.find(grantId)
  grant?.rejectOIDCScope(LEGAL_PERSON_SCOPE)
  await grant?.save()
  await needs.ports.events.record({
    type: 'consent.refused',
    at: needs.ports.clock.now(),
    clientId: String(interaction.params['client_id']),
    subjectId,
    requestId: requestIdOf(ctx),
    detail: { scope: LEGAL_PERSON_SCOPE },
  })
  return end(ctx, needs, { select_account: { grantId, signedOnly: true } })
}

/** Back without a choice: the registry is away, or knows of no mandate. */
async function leave(ctx: Context, needs: InteractionNeeds, interaction: Interaction) {
  const known = await needs.law.mandatesOf(selectionOf(interaction).subjectId)
  if (known.kind === 'away') {
    return end(ctx, needs, {
      error: 'temporarily_unavailable',
      error_description: 'the registry of legal entities does not answer',
    })
  }
  return end(ctx, needs, refusal('the person acts for no legal entity'))
}

const refusal = (why: string) => ({ error: 'access_denied', error_description: why })

async function end(
  ctx: Context,
  { provider }: InteractionNeeds,
  result: Record<string, unknown>,
): Promise<void> {
  const mergeWithLastSubmission = !('error' in result)
  const options = { mergeWithLastSubmission }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, options))
  ctx.status = 303
}
