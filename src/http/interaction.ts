import Router from '@koa/router'
import type Provider from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import type { Context } from 'koa'
import type { AcrNames } from '../assurance/acr.ts'
import type { RepresentationLaw } from '../assurance/representation.ts'
import type { RefusalReason } from '../assurance/level.ts'
import type { Stage, StepUp } from '../assurance/step-up.ts'
import type { Assets } from '../pages/assets.ts'
import type { StepUpRefusal } from '../oidc/step-up-result.ts'
import type { Ports } from '../ports/index.ts'
import type { SessionProof } from '../ports/session-level-store.ts'
import { askConsent, decideConsent } from './consent.ts'
import { csrfToken, isCsrfValid } from './csrf.ts'
import { readFormWithFile, type Form } from './form-body.ts'
import { drawStage, drawGone, errorInQuery, setPagePolicy, withError } from './interaction-pages.ts'
import { askRepresentation, decideRepresentation } from './representation.ts'
import { sendFile } from './send-file.ts'
import { answer, receiveMessage } from './stream.ts'
import { goalOf, isAboutLevels, visitOf } from './visits.ts'

export interface InteractionNeeds {
  readonly provider: Provider
  readonly stepUp: StepUp
  readonly acr: AcrNames
  readonly law: RepresentationLaw
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
    if (interaction.prompt.name === 'select_account') {
      return askRepresentation(ctx, needs, interaction)
    }
    return show(ctx, interaction, await needs.stepUp.show(visitOf(ctx, needs.ports, interaction)))
  })

  router.post('/interaction/:uid', async (ctx) => {
    const interaction = await find(needs, ctx)
    if (interaction === undefined) return drawGone(ctx, needs)
    const form = await readFormWithFile(ctx)
    if ('fault' in form && form.fault === 'too_large') {
      return redirect(ctx, withError(`/interaction/${interaction.uid}`))
    }
    const input = 'input' in form ? form.input : undefined
    if (!isCsrfValid(csrfToken(needs.ports, interaction.uid), input?.['csrf'], ctx)) {
      return back(ctx, interaction)
    }
    if (interaction.prompt.name === 'consent') {
      return decideConsent(ctx, needs, interaction, input?.['action'])
    }
    if (interaction.prompt.name === 'select_account') {
      return decideRepresentation(ctx, needs, interaction, input ?? {})
    }
    return proceed(ctx, interaction, form)
  })

  router.post('/interaction/:uid/stream', async (ctx) => {
    const interaction = await find(needs, ctx)
    if (interaction === undefined) return answer(ctx, 410, { error: 'gone' })
    if (!isAboutLevels(interaction)) return answer(ctx, 409, { error: 'moved' })
    const csrf = csrfToken(needs.ports, interaction.uid)
    await receiveMessage(ctx, needs, { visit: visitOf(ctx, needs.ports, interaction), csrf })
  })

  /** For a page that waits: its script loads it again when this is no longer what it shows. */
  router.get('/interaction/:uid/state', async (ctx) => {
    const interaction = await find(needs, ctx)
    if (interaction === undefined) return answer(ctx, 410, { error: 'gone' })
    if (!isAboutLevels(interaction)) return answer(ctx, 200, {})
    answer(ctx, 200, await needs.stepUp.where(visitOf(ctx, needs.ports, interaction)))
  })

  /** What the open page shows beside itself. */
  router.get('/interaction/:uid/files/:name', async (ctx) => {
    const interaction = await find(needs, ctx)
    const { name = '' } = ctx['params'] as { name?: string }
    const isAsked = interaction !== undefined && isAboutLevels(interaction)
    const file = isAsked
      ? await needs.stepUp.file(visitOf(ctx, needs.ports, interaction), name)
      : undefined
    if (file === undefined) return answer(ctx, 404, { error: 'gone' })
    sendFile(ctx, file)
  })

  async function proceed(ctx: Context, interaction: Interaction, form: Form) {
    const { input, files } = 'input' in form ? form : { input: {} }
    const visit = visitOf(ctx, needs.ports, interaction)
    const stage = await needs.stepUp.proceed(visit, input, files)
    if (stage.kind === 'page') return back(ctx, interaction)
    return show(ctx, interaction, stage)
  }

  async function show(ctx: Context, interaction: Interaction, stage: Stage) {
    if (stage.kind === 'page') {
      return drawStage(ctx, needs, interaction, errorInQuery(ctx, stage))
    }
    if (stage.kind === 'finished') return finish(ctx, stage)
    if (stage.kind === 'over') return drawGone(ctx, needs)
    return refuse(ctx, interaction, stage)
  }

  async function finish(ctx: Context, stage: Extract<Stage, { kind: 'finished' }>) {
    const { subjectId, proofs, details } = stage
    const reached = result(subjectId, proofs, false)
    await end(ctx, { ...reached, step_up: { ...reached.step_up, details } })
  }

  function result(subjectId: string, proofs: readonly SessionProof[], settled: boolean) {
    return {
      login: {
        accountId: subjectId,
        acr: needs.acr.nameOf(Math.max(1, ...proofs.map((proof) => proof.rank))),
        amr: [...new Set(proofs.flatMap((proof) => proof.amr))],
        ts: proofs.at(-1)?.provedAt,
      },
      step_up: { proofs, settled },
    }
  }

  /** A service that takes a lower level too gets what was proved, now or before; any other one is told why. */
  async function refuse(
    ctx: Context,
    interaction: Interaction,
    { reason, subjectId, proofs }: Extract<Stage, { kind: 'refused' }>,
  ) {
    const { mayFallBack, heldRank, rank } = goalOf(interaction)
    if (rank > 1 && mayFallBack && reason !== 'cancelled') {
      if (subjectId !== undefined && proofs.length > 0)
        return end(ctx, result(subjectId, proofs, true))
      if (heldRank > 0) return end(ctx, { step_up: { proofs: [], settled: true } })
    }
    await end(ctx, refusal(reason, rank, { subjectId, proofs }))
  }

  /** The service is told no; who has proved something on the way stays signed in with that. */
  function refusal(
    reason: RefusalReason,
    rank: number,
    { subjectId, proofs }: Pick<Extract<Stage, { kind: 'refused' }>, 'subjectId' | 'proofs'>,
  ) {
    const refused: StepUpRefusal = {
      error: errorOf(reason, rank),
      error_description: REFUSALS[reason],
    }
    const isKept = subjectId !== undefined && proofs.length > 0 && reason !== 'conflict'
    if (!isKept) return { ...refused }
    const reached = result(subjectId, proofs, false)
    return { ...reached, step_up: { ...reached.step_up, refused } }
  }

  async function end(ctx: Context, result: Record<string, unknown>) {
    const returnTo = await needs.provider.interactionResult(ctx.req, ctx.res, result, {
      mergeWithLastSubmission: false,
    })
    ctx.redirect(returnTo)
    ctx.status = 303
  }

  return router
}

/** OIDC Unmet Authentication Requirements 1.0; RFC 6749 section 4.1.2.1. */
function errorOf(reason: RefusalReason, rank: number): StepUpRefusal['error'] {
  if (reason === 'unavailable') return 'temporarily_unavailable'
  return rank > 1 && reason !== 'cancelled' ? 'unmet_authentication_requirements' : 'access_denied'
}

const REFUSALS = {
  cancelled: 'the person cancelled',
  too_many_tries: 'too many tries',
  not_eligible: 'this person cannot reach the requested level now',
  conflict: 'the proof belongs to another account',
  unavailable: 'a national registry does not answer now',
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

function back(ctx: Context, { uid }: Interaction): void {
  redirect(ctx, `/interaction/${uid}`)
}

function redirect(ctx: Context, to: string): void {
  ctx.redirect(to)
  ctx.status = 303
}
