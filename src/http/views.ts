import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OidcViews, ShownError } from '../oidc/settings.ts'
import type { Assets } from '../pages/assets.ts'
import { deviceConfirmPage, deviceDonePage, deviceInputPage } from '../pages/device.ts'
import { errorPage } from '../pages/error.ts'
import { loggedOutPage } from '../pages/logged-out.ts'
import { logoutPage } from '../pages/logout.ts'
import { clientView, languageLinks, nameOf } from './client-view.ts'
import type { DeviceState } from './device-guard.ts'
import { localeOf, requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'

/** The pages that oidc-provider asks for by itself. */
export function views(assets: Assets, developerHosts: readonly string[]): OidcViews {
  const props = (ctx: KoaContextWithOIDC) => ({
    locale: localeOf(ctx, ctx.oidc?.params?.['ui_locales']),
    assets,
    client: clientView(ctx.oidc?.client, localeOf(ctx, ctx.oidc?.params?.['ui_locales'])),
    languageLinks: languageLinks(ctx),
    requestId: requestIdOf(ctx),
  })

  return {
    error: (ctx, error) =>
      sendPage(
        ctx,
        errorPage({
          ...props(ctx),
          kind: kindOf(error),
          detail: detailFor(ctx, error, developerHosts),
        }),
      ),
    logout: async (ctx, form) =>
      sendPage(
        ctx,
        logoutPage({ ...props(ctx), ...formOf(form), services: await openServices(ctx) }),
      ),
    loggedOut: (ctx) => sendPage(ctx, loggedOutPage(props(ctx))),
    deviceInput: (ctx, form, error) => {
      const state = ctx.state as DeviceState
      state.wrongUserCode = error === 'wrong_code'
      const { userCode } = state
      sendPage(ctx, deviceInputPage({ ...props(ctx), ...formOf(form), userCode, error }))
    },
    deviceConfirm: (ctx, form, userCode) =>
      sendPage(ctx, deviceConfirmPage({ ...props(ctx), ...formOf(form), userCode })),
    deviceDone: (ctx) => sendPage(ctx, deviceDonePage(props(ctx))),
  }
}

/** oidc-provider hands its forms over as text: our pages draw their own around the same secret. */
function formOf(form: string): { action: string; xsrf: string } {
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? ''
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? ''
  return { action: URL.parse(action)?.pathname ?? action, xsrf }
}

/** The other services of this session, by name. */
async function openServices(ctx: KoaContextWithOIDC): Promise<string[]> {
  const ids = Object.keys(ctx.oidc.session?.authorizations ?? {})
  const clients = await Promise.all(
    ids.map((id) => ctx.oidc.provider.Client.find(id).catch(() => undefined)),
  )
  return clients
    .filter((client) => client !== undefined)
    .map((client) => nameOf(client, localeOf(ctx)))
}

export type ErrorKind = 'request' | 'expired' | 'service' | 'server'

const KINDS: Readonly<Record<string, ErrorKind>> = {
  invalid_client: 'service',
  invalid_redirect_uri: 'service',
  server_error: 'server',
  temporarily_unavailable: 'server',
}

function kindOf({ error, error_description: description = '' }: ShownError): ErrorKind {
  if (/expired|not found|mismatch/.test(description) && error === 'invalid_request')
    return 'expired'
  return KINDS[error] ?? 'request'
}

/** The exact fault, only where the agency's developers asked for it: on the hosts that they registered. */
function detailFor(
  ctx: KoaContextWithOIDC,
  error: ShownError,
  everyones: readonly string[],
): ShownError | undefined {
  const own: unknown = ctx.oidc?.client?.['panjereh_developer_hosts']
  const uri = ctx.oidc?.params?.['redirect_uri'] ?? ctx.query['redirect_uri']
  const host = typeof uri === 'string' ? URL.parse(uri)?.hostname : undefined
  const hosts: readonly unknown[] = [
    ...everyones,
    ...(Array.isArray(own) ? (own as unknown[]) : []),
  ]
  return host !== undefined && hosts.includes(host) ? error : undefined
}
