import type { Middleware } from 'koa'
import type Provider from 'oidc-provider'
import type { Assets } from '../pages/assets.ts'
import { homePage } from '../pages/home.ts'
import { languageLinks } from './client-view.ts'
import { localeOf } from './request-context.ts'
import { sendPage } from './send-page.ts'

export function home({ assets, provider }: { assets: Assets; provider: Provider }): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/' || !/^(GET|HEAD)$/.test(ctx.method)) return (await next()) as unknown
    const { issuer } = provider
    sendPage(
      ctx,
      homePage({ locale: localeOf(ctx), assets, languageLinks: languageLinks(ctx), issuer }),
    )
  }
}
