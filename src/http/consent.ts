import type { Context } from 'koa'
import type { Grant, Interaction } from 'oidc-provider'
import { purposesOf, verifiedClaimNames } from '../assurance/verified-claims.ts'
import { consentPage, type ConsentProps } from '../pages/consent.ts'
import type { InteractionNeeds } from './interaction.ts'
import { pageProps } from './interaction-pages.ts'
import { csrfToken } from './csrf.ts'
import { requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'
import { isSigned } from './signed.ts'

/** What oidc-provider found to be missing from the grant. */
interface Missing {
  readonly missingOIDCScope?: readonly string[]
  readonly missingOIDCClaims?: readonly string[]
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  readonly rar?: readonly Readonly<Record<string, unknown>>[]
}

export async function askConsent(ctx: Context, needs: InteractionNeeds, prompt: Interaction) {
  const missing = prompt.prompt.details as Missing
  const props = await pageProps(ctx, needs, prompt)
  sendPage(
    ctx,
    consentPage({
      ...props,
      action: `/interaction/${prompt.uid}`,
      csrf: csrfToken(needs.ports, prompt.uid),
      scopes: missing.missingOIDCScope ?? [],
      claims: (missing.missingOIDCClaims ?? []).filter((name) => name !== 'verified_claims'),
      verified: verifiedIn(prompt.params['claims']),
      resources: Object.entries(missing.missingResourceScopes ?? {}).map(([resource, scopes]) => ({
        resource,
        scopes,
      })),
      details: missing.rar ?? [],
      isSigned: isSigned(prompt),
    }),
  )
}

/** The claims that are to come with their proof, and what the service says that it wants them for. The
 *  parameter has been checked to be a JSON object by then. */
function verifiedIn(parameter: unknown): ConsentProps['verified'] {
  if (typeof parameter !== 'string') return []
  const { userinfo, id_token } = JSON.parse(parameter) as Partial<
    Record<string, { verified_claims?: unknown } | null>
  >
  const requests = [userinfo?.verified_claims, id_token?.verified_claims]
  const names = new Set(requests.flatMap(verifiedClaimNames))
  const purposes = Object.assign({}, ...requests.map(purposesOf)) as Record<string, string>
  return [...names].map((claim) => ({ claim, purpose: purposes[claim] }))
}

export async function decideConsent(
  ctx: Context,
  needs: InteractionNeeds,
  prompt: Interaction,
  action: string | undefined,
): Promise<void> {
  const about = {
    at: needs.ports.clock.now(),
    clientId: String(prompt.params['client_id']),
    subjectId: prompt.session?.accountId,
    requestId: requestIdOf(ctx),
  }
  if (action !== 'accept') {
    await needs.ports.events.record({ type: 'consent.refused', ...about })
    if (isSigned(prompt)) {
      const grantId = await rejectMissing(needs, prompt)
      return end(ctx, needs, { consent: { grantId, signedOnly: true } }, true)
    }
    return end(
      ctx,
      needs,
      { error: 'access_denied', error_description: 'the person refused' },
      false,
    )
  }
  await needs.ports.events.record({ type: 'consent.granted', ...about })
  const grantId = await grantMissing(needs, prompt)
  return end(ctx, needs, { consent: { grantId } }, true)
}

async function grantOf({ provider }: InteractionNeeds, prompt: Interaction): Promise<Grant> {
  const found = prompt.grantId ? await provider.Grant.find(prompt.grantId) : undefined
  // What was rejected beside an earlier signature is asked about now.
  delete found?.rejected
  const { session, params } = prompt
  const named = { accountId: session?.accountId, clientId: String(params['client_id']) }
  return found ?? new provider.Grant(named)
}

/** The service is given what was signed for it, and nothing else of what it asks for. */
async function rejectMissing(needs: InteractionNeeds, prompt: Interaction): Promise<string> {
  const missing = prompt.prompt.details as Missing
  const grant = await grantOf(needs, prompt)
  const scopes = (missing.missingOIDCScope ?? []).filter((scope) => scope !== 'openid')
  grant.addOIDCScope('openid')
  if (scopes.length > 0) grant.rejectOIDCScope(scopes.join(' '))
  if (missing.missingOIDCClaims) grant.rejectOIDCClaims([...missing.missingOIDCClaims])
  for (const [resource, some] of Object.entries(missing.missingResourceScopes ?? {})) {
    grant.rejectResourceScope(resource, some.join(' '))
  }
  return grant.save()
}

async function grantMissing(needs: InteractionNeeds, prompt: Interaction): Promise<string> {
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.prompt
    .details as Missing
  const grant = await grantOf(needs, prompt)
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims([...missingOIDCClaims])
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
  return grant.save()
}

/** An earlier `login` of the same request is kept beside the consent, or `prompt=login consent` would ask
 *  for the sign-in again. */
async function end(
  ctx: Context,
  { provider }: InteractionNeeds,
  result: Record<string, unknown>,
  mergeWithLastSubmission: boolean,
): Promise<void> {
  const returnTo = await provider.interactionResult(ctx.req, ctx.res, result, {
    mergeWithLastSubmission,
  })
  ctx.redirect(returnTo)
  ctx.status = 303
}
