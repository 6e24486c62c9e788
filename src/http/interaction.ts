import Router from '@koa/router'
import type Provider from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import type { Context } from 'koa'
import type { PromptGoal } from '../oidc/step-up-prompt.ts'
import type { AcrNames } from '../assurance/acr.ts'
import type { Input } from '../assurance/level.ts'
import type { Stage, StepUp, StepUpVisit } from '../assurance/step-up.ts'
import type { Assets } from '../pages/assets.ts'
import type { Ports } from '../ports/index.ts'
import { askConsent, decideConsent } from './consent.ts'
import { csrfToken, isCsrfValid } from './csrf.ts'
import { readForm } from './form-body.ts'
import { drawStage, drawGone, setPagePolicy } from './interaction-pages.ts'
import { originOf } from './origin.ts'
import { localeOf, requestIdOf } from './request-context.ts'

export interface InteractionNeeds {
  readonly provider: Provider
  readonly stepUp: StepUp
  readonly acr: AcrNames
  readonly assets: Assets
  readonly ports: Pick<Ports, 'clock' | 'events' | 'limiter' | 'logos' | 'random' | 'secrets'>
}

/** The hosted pages of one interaction: every page is drawn by GET and every answer is a POST that ends in
 *  a redirect, so that reloading and the back button repeat nothing. */
export function interactionRoutes(needs: InteractionNeeds): Router {
  const router = new Router()

  router.get('/interaction/:uid', async (ctx) => {
    const interaction = await find(needs, ctx)
    if (interaction === undefined) return drawGone(ctx, needs)
    setPagePolicy(ctx, interaction)
    if (interaction.prompt.name === 'consent') {
      return askConsent(ctx, needs, interaction)
    }
    return show(ctx, interaction, await needs.stepUp.show(visitOf(ctx, interaction)))
  })

  router.post('/interaction/:uid', async (ctx) => {
    const interaction = await find(needs, ctx)
    if (interaction === undefined) return drawGone(ctx, needs)
    const form = await readForm(ctx)
    const input = 'input' in form ? form.input : undefined
    if (!isCsrfValid(csrfToken(needs.ports, interaction.uid), input?.['csrf'], ctx)) {
      return back(ctx, interaction)
    }
    if (interaction.prompt.name === 'consent') {
      return decideConsent(ctx, needs, interaction, input?.['action'])
    }
    return proceed(ctx, interaction, input ?? {})
  })

  async function proceed(ctx: Context, interaction: Interaction, input: Input) {
    const stage = await needs.stepUp.proceed(visitOf(ctx, interaction), input)
    if (stage.kind === 'page') return back(ctx, interaction)
    return show(ctx, interaction, stage)
  }

  async function show(ctx: Context, interaction: Interaction, stage: Stage) {
    if (stage.kind === 'page') return drawStage(ctx, needs, interaction, stage)
    if (stage.kind === 'finished') return finish(ctx, stage)
    return refuse(ctx, interaction, stage)
  }

  async function finish(ctx: Context, stage: Extract<Stage, { kind: 'finished' }>) {
    const { subjectId, proofs } = stage
    const last = proofs.at(-1)
    await end(ctx, {
      login: {
        accountId: subjectId,
        acr: needs.acr.nameOf(Math.max(1, ...proofs.map((proof) => proof.rank))),
        amr: [...new Set(proofs.flatMap((proof) => proof.amr))],
        ts: last?.provedAt,
      },
      step_up: { proofs, settled: false },
    })
  }

  async function refuse(
    ctx: Context,
    interaction: Interaction,
    stage: Extract<Stage, { kind: 'refused' }>,
  ) {
    const { mayFallBack, heldRank, rank } = goalOf(interaction)
    if (rank > 1 && heldRank > 0 && mayFallBack && stage.reason !== 'cancelled') {
      return end(ctx, { step_up: { proofs: [], settled: true } })
    }
    const error = rank > 1 && stage.reason !== 'cancelled' ? UNMET : 'access_denied'
    return end(ctx, { error, error_description: REFUSALS[stage.reason] })
  }

  async function end(ctx: Context, result: Record<string, unknown>) {
    const returnTo = await needs.provider.interactionResult(ctx.req, ctx.res, result, {
      mergeWithLastSubmission: false,
    })
    ctx.redirect(returnTo)
    ctx.status = 303
  }

  function visitOf(ctx: Context, interaction: Interaction): StepUpVisit {
    const { params, session, uid } = interaction
    return {
      uid,
      requestId: requestIdOf(ctx),
      subjectId: session?.accountId,
      clientId: String(params['client_id']),
      locale: localeOf(ctx, params['ui_locales']),
      origin: originOf(ctx, needs.ports),
      loginHint: typeof params['login_hint'] === 'string' ? params['login_hint'] : undefined,
      goal: goalOf(interaction),
    }
  }

  return router
}

const UNMET = 'unmet_authentication_requirements'

const REFUSALS = {
  cancelled: 'the person cancelled',
  too_many_tries: 'too many tries',
  not_eligible: 'this person cannot reach the requested level now',
  conflict: 'the proof belongs to another account',
} as const

/** Undefined when the cookie, the address and the store do not speak of one interaction. */
async function find(
  { provider }: InteractionNeeds,
  ctx: Context,
): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    return interaction.uid === (ctx['params'] as { uid?: string }).uid ? interaction : undefined
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') return undefined
    throw error
  }
}

function goalOf(interaction: Interaction): PromptGoal {
  const { goal } = interaction.prompt.details as { goal?: PromptGoal }
  return goal ?? { rank: 1, heldRank: 0, reauthenticate: true, mayFallBack: false }
}

function back(ctx: Context, { uid }: Interaction): void {
  ctx.redirect(`/interaction/${uid}`)
  ctx.status = 303
}
