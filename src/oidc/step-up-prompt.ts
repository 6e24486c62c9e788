import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { AcrNames } from '../assurance/acr.ts'
import type { RepresentationLaw } from '../assurance/representation.ts'
import type { Goal } from '../assurance/step-up.ts'
import { detailsToConsent } from './authorization-details.ts'
import { forbiddenIn } from './client-policy.ts'
import { selectAccount } from './select-account-prompt.ts'
import type { RequestStanding } from './request-standing.ts'
import { stepUpResult } from './step-up-result.ts'

const { Check, Prompt, base } = interactionPolicy

type StandingOf = (ctx: KoaContextWithOIDC) => Promise<RequestStanding>

/** The prompts in order: login, step_up, consent, select_account. oidc-provider's own acr checks compare names by
 *  equality and never see `acr_values`; its `max_age` check knows one time a session. Ours replace them. */
export function promptPolicy(standingOf: StandingOf, acr: AcrNames, law: RepresentationLaw) {
  const policy = base()
  const login = policy.get('login')
  if (login === undefined) throw new TypeError('oidc-provider has no login prompt')
  for (const own of ['essential_acr', 'essential_acrs', 'max_age']) login.checks.remove(own)
  login.checks.add(notRefused(standingOf))
  login.checks.add(acrReachable(standingOf))
  login.checks.add(claimsPermitted())
  login.checks.add(youngEnough(standingOf))
  const details = login.details
  login.details = async (ctx) => ({
    ...(await details(ctx)),
    goal: goal(await standingOf(ctx), ctx),
  })
  policy.add(stepUp(standingOf, acr), 1)
  const consent = policy.get('consent')
  consent?.checks.remove('rar_prompt')
  consent?.checks.add(detailsConsented())
  policy.add(selectAccount(law, standingOf))
  return policy
}

/** Who stops half way stays signed in with what he has proved by then; this service is told no. */
function notRefused(standingOf: StandingOf) {
  return new Check('not_refused', 'the person stopped half way', async (ctx) => {
    const refused = stepUpResult(ctx)?.refused
    if (refused === undefined) return Check.NO_NEED_TO_PROMPT
    // What was proved is bound to the session before anybody is told anything.
    await standingOf(ctx)
    const { error, error_description: why } = refused
    throw new REFUSALS[error](why)
  })
}

const REFUSALS = {
  access_denied: errors.AccessDenied,
  temporarily_unavailable: errors.TemporarilyUnavailable,
  unmet_authentication_requirements: errors.UnmetAuthenticationRequirements,
} as const

/** In the place of oidc-provider's own check, which asks about all details after they have been signed. */
function detailsConsented() {
  return new Check(
    'rar_prompt',
    'authorization_details were requested',
    'consent_required',
    (ctx) => {
      const { consent } = (ctx.oidc.result ?? {}) as { consent?: object }
      if (consent !== undefined) return Check.NO_NEED_TO_PROMPT
      return detailsToConsent(ctx).length > 0
    },
    (ctx) => ({ rar: detailsToConsent(ctx) }),
  )
}

/** Said before anybody is asked for anything: nobody signs in only to be refused afterwards. */
function acrReachable(standingOf: StandingOf) {
  return new Check('acr_reachable', 'the requested acr is not available here', async (ctx) => {
    const { wanted } = await standingOf(ctx)
    if (wanted.kind === 'unreachable') {
      throw new errors.UnmetAuthenticationRequirements(
        'none of the requested acr values can be reached',
      )
    }
    return Check.NO_NEED_TO_PROMPT
  })
}

/** RFC 6749 section 4.1.2.1: an agency that asks for what it may not have is told so at once. */
function claimsPermitted() {
  return new Check('claims_permitted', 'the client may not have these claims', (ctx) => {
    const { client, requestParamScopes, requestParamClaims } = ctx.oidc
    const forbidden = forbiddenIn(client, requestParamScopes, requestParamClaims)
    if (forbidden.length === 0) return Check.NO_NEED_TO_PROMPT
    const names = forbidden.join(' ')
    throw new errors.InvalidScope(`this client has no leave to ask for: ${names}`, names)
  })
}

function youngEnough(standingOf: StandingOf) {
  return new Check(
    'max_age',
    'the last authentication is older than max_age allows',
    'login_required',
    async (ctx) => {
      if (ctx.oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
      return (await standingOf(ctx)).isTooOld
    },
  )
}

function stepUp(standingOf: StandingOf, acr: AcrNames) {
  return new Prompt(
    { name: 'step_up', requestable: false },
    async (ctx) => ({ goal: goal(await standingOf(ctx), ctx) }),
    new Check(
      'acr_too_low',
      'the session does not hold the requested acr',
      'unmet_authentication_requirements',
      async (ctx) => {
        const { asserted, wasAsked } = await standingOf(ctx)
        if (asserted === undefined && wasAsked) {
          throw new errors.UnmetAuthenticationRequirements('the requested acr was not reached')
        }
        if (asserted === undefined) return Check.REQUEST_PROMPT
        assertLevel(ctx, asserted)
        return Check.NO_NEED_TO_PROMPT
      },
    ),
  )

  /** oidc-provider copies acr, amr and auth_time from its session into the code. */
  function assertLevel(
    ctx: KoaContextWithOIDC,
    { rank, amr, authTime }: NonNullable<RequestStanding['asserted']>,
  ): void {
    const { session } = ctx.oidc
    if (session === undefined) return
    const name = acr.nameOf(rank)
    if (session.acr === name && session.loginTs === authTime && sameList(session.amr, amr)) return
    Object.assign(session, { acr: name, amr: [...amr], loginTs: authTime })
  }
}

function sameList(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.join(' ') === other.join(' ')
}

/** What the interaction is to reach; it travels in the prompt's details. */
export interface PromptGoal extends Goal {
  /** The newest proof in the session, fresh or not. Seconds since the epoch. */
  readonly lastProvedAt?: number
}

function goal(standing: RequestStanding, ctx: KoaContextWithOIDC): PromptGoal {
  const { wanted, held, isTooOld, lastProvedAt } = standing
  const rank = wanted.kind === 'rank' ? wanted.rank : 1
  const lowest =
    wanted.kind === 'rank' && wanted.accepted.length > 0 ? Math.min(...wanted.accepted) : 1
  const mayFallBack = wanted.kind === 'rank' && (!wanted.essential || lowest < rank)
  const isAnew = isTooOld || ctx.oidc.promptPending('login') || hasOtherSubject(ctx)
  return { rank, heldRank: held.rank, reauthenticate: isAnew, mayFallBack, lastProvedAt }
}

/** The request names a person who is not the one of the session. */
function hasOtherSubject(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.entities.IdTokenHint !== undefined
}
