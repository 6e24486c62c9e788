import type { Context } from 'koa'
import type { Client } from 'oidc-provider'
import { LOCALES, type Locale } from '../identity/locale.ts'
import type { ClientView } from '../pages/layout.ts'
import type { ClientLogos } from '../ports/client-logos.ts'
import { logoUrl } from './client-logos.ts'

/** What the pages may say about a service: all of it was registered, none of it comes from the request. */
export function clientView(
  client: Client | undefined,
  locale: Locale,
  redirectUri?: string,
): ClientView | undefined {
  if (client === undefined) return undefined
  const home = client.clientUri ?? client.initiateLoginUri
  return {
    name: nameOf(client, locale),
    host: hostOf(home ?? redirectUri ?? client.redirectUris?.[0]),
    returnUri: home,
    policyUri: client.policyUri,
    tosUri: client.tosUri,
  }
}

/** The same, with the logo that we keep for it. */
export async function shownClient(
  { logos }: { readonly logos: ClientLogos },
  client: Client | undefined,
  locale: Locale,
  redirectUri?: string,
): Promise<ClientView | undefined> {
  const view = clientView(client, locale, redirectUri)
  if (client === undefined || view === undefined) return undefined
  const hash = await logos.hashOf(client.clientId)
  return { ...view, logoUrl: hash && logoUrl(hash) }
}

function hostOf(uri: string | undefined): string | undefined {
  const parsed = URL.parse(uri ?? '')
  return parsed?.host || undefined
}

/** The same page in the other languages. Whatever the path begins with, the link stays here: two slashes
 *  would name another host. */
export function languageLinks(ctx: Context) {
  const path = ctx.path.replace(/^[/\\]+/, '/')
  return LOCALES.map((locale) => {
    const query = new URLSearchParams(ctx.method === 'GET' ? ctx.querystring : '')
    query.set('lang', locale)
    return { locale, href: `${path}?${query}` }
  })
}

export function nameOf(client: Client, locale: Locale): string {
  const own = client[`client_name#${locale}`]
  return typeof own === 'string' ? own : (client.clientName ?? client.clientId)
}
