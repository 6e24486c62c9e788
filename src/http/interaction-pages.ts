import type { Context } from 'koa'
import type { Client, Interaction } from 'oidc-provider'
import type { Stage } from '../assurance/step-up.ts'
import { frame } from '../pages/interaction-frame.ts'
import { gonePage } from '../pages/gone.ts'
import { texts } from '../pages/text/index.ts'
import { languageLinks, shownClient } from './client-view.ts'
import { csrfToken } from './csrf.ts'
import type { InteractionNeeds } from './interaction.ts'
import { localeOf, requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'
import { contentSecurityPolicy } from './security-headers.ts'

/** What every page of an interaction is drawn from. */
export async function pageProps(
  ctx: Context,
  { provider, assets, ports }: InteractionNeeds,
  of: Interaction,
) {
  const client = await provider.Client.find(String(of.params['client_id']))
  const locale = localeOf(ctx, of.params['ui_locales'])
  return {
    locale,
    assets,
    client: await shownClient(ports, client, locale, redirectUri(of)),
    languageLinks: languageLinks(ctx),
    requestId: requestIdOf(ctx),
  }
}

type PageStage = Extract<Stage, { kind: 'page' }>

/** `form`: where the page's form goes and by what it is known, where that is not the interaction itself. */
export async function drawStage(
  ctx: Context,
  needs: InteractionNeeds,
  interaction: Interaction,
  stage: PageStage,
  form = ownForm(needs, interaction),
): Promise<void> {
  const props = await pageProps(ctx, needs, interaction)
  const text = texts(props.locale)
  sendPage(
    ctx,
    frame({
      ...props,
      levelText: stage.rank > 0 ? text.level(stage.rank) : '',
      body: stage.body,
      error: stage.error,
      ...form,
      place: stage.place,
    }),
  )
}

function ownForm({ ports }: InteractionNeeds, { uid }: Interaction) {
  return { action: `/interaction/${uid}`, csrf: csrfToken(ports, uid) }
}

const TOO_LARGE = 'picture_too_large'

/** The page again, with a word on why its form was not taken: too large to be read at all. */
export const withError = (path: string): string => `${path}?wrong=${TOO_LARGE}`

export function errorInQuery(ctx: Context, stage: PageStage): PageStage {
  return ctx.query['wrong'] === TOO_LARGE ? { ...stage, error: stage.error ?? TOO_LARGE } : stage
}

/** Expired, finished already, or opened in another browser. */
export function drawGone(ctx: Context, { assets }: Pick<InteractionNeeds, 'assets'>): void {
  ctx.status = 410
  sendPage(
    ctx,
    gonePage({
      locale: localeOf(ctx),
      assets,
      languageLinks: languageLinks(ctx),
      requestId: requestIdOf(ctx),
    }),
  )
}

const OWN_SCHEMES = new Set(['https:', 'http:'])

/** Lets the form's redirects end at this request's own redirect URI, whatever its scheme. */
export function setPagePolicy(ctx: Context, interaction: Interaction): void {
  const uri = URL.parse(redirectUri(interaction) ?? '')
  if (uri === null || uri.protocol === 'https:') return
  // CSP 3 has no source for an IPv6 address: its scheme stands for it, on this one page.
  const isNameable = OWN_SCHEMES.has(uri.protocol) && !uri.hostname.startsWith('[')
  const target = isNameable ? uri.origin : uri.protocol
  ctx.set('Content-Security-Policy', contentSecurityPolicy(target))
}

function redirectUri(interaction: Interaction): string | undefined {
  const uri = interaction.params['redirect_uri']
  return typeof uri === 'string' ? uri : undefined
}

export type { Client }
