import type { Middleware } from 'koa'
import type Provider from 'oidc-provider'
import type { Assets } from '../pages/assets.ts'
import { homePage } from '../pages/home.ts'
import { languageLinks } from './client-view.ts'
import { localeOf } from './request-context.ts'
import { sendPage } from './send-page.ts'

interface Needs {
  readonly assets: Assets
  readonly provider: Provider
  /** The citizen's own pages, where there are some. */
  readonly accountPath?: string
}

export function home({ assets, provider, accountPath }: Needs): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/' || !/^(GET|HEAD)$/.test(ctx.method)) return (await next()) as unknown
    const { issuer } = provider
    const props = { locale: localeOf(ctx), assets, languageLinks: languageLinks(ctx) }
    sendPage(ctx, homePage({ ...props, issuer, accountPath }))
  }
}
