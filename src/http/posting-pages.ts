import type { Middleware } from 'koa'
import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import type { Assets } from '../pages/assets.ts'
import { postingPage, type PostingProps } from '../pages/posting.ts'
import { clientView } from './client-view.ts'
import { localeOf } from './request-context.ts'
import { contentSecurityPolicy } from './security-headers.ts'
import { sendPage } from './send-page.ts'

/** How oidc-provider's own pages of this kind begin, in English and with a script inside. */
const LIBRARYS = '<title>Submitting Callback</title>'
const WEB = /^https?:$/

/** oidc-provider sends people on by pages that post themselves: to the agency (OAuth 2.0 Form Post Response
 *  Mode), and to its own next step. They are drawn anew with the very same form, in our look and language;
 *  the policy for scripts loses the exception that was made for theirs. */
export function postingPages({ assets }: { readonly assets: Assets }): Middleware {
  return async (ctx, next) => {
    await next()
    const form = formOf(ctx.body)
    const koa = ctx as unknown as KoaContextWithOIDC
    if (form === undefined || koa.oidc === undefined) return
    const params = koa.oidc.params ?? koa.oidc.entities.Interaction?.params
    const locale = localeOf(ctx, params?.['ui_locales'])
    const client = clientView(await clientOf(koa, params?.['client_id']), locale)
    const scheme = URL.parse(form.action)?.protocol
    const policy = contentSecurityPolicy(scheme && !WEB.test(scheme) ? scheme : undefined)
    ctx.set('Content-Security-Policy', policy)
    sendPage(ctx, postingPage({ locale, assets, client, kind: kindOf(koa), ...form }))
  }
}

/** An interaction that is still there was not finished: somebody else's session is in its way. */
function kindOf({ oidc }: KoaContextWithOIDC): PostingProps['kind'] {
  const { route } = oidc
  const isUnfinished = /resume$/.test(route) && oidc.params === undefined
  if (isUnfinished) return 'other'
  return route === 'end_session' ? 'leaving' : 'answer'
}

async function clientOf({ oidc }: KoaContextWithOIDC, id: unknown): Promise<Client | undefined> {
  if (oidc.client !== undefined || typeof id !== 'string') return oidc.client
  return oidc.provider.Client.find(id)
}

function formOf(body: unknown): Pick<PostingProps, 'action' | 'fields'> | undefined {
  if (typeof body !== 'string' || !body.includes(LIBRARYS)) return undefined
  const action = /<form method="post" action="([^"]*)">/.exec(body)?.[1]
  if (action === undefined) return undefined
  const inputs = body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)
  const fields = [...inputs].map(([, name = '', value = '']) => [name, plain(value)] as const)
  return { action: plain(action), fields }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
}

function plain(escaped: string): string {
  return escaped.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
}
