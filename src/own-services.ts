import type Router from '@koa/router'
import type { Context } from 'koa'
import { reportPrinter, verifyRoutes } from './extensions/verify/index.ts'
import { languageLinks } from './http/client-view.ts'
import { originOf } from './http/origin.ts'
import { localeOf, requestIdOf } from './http/request-context.ts'
import type { Assets } from './pages/assets.ts'
import type { Ports } from './ports/index.ts'
import { pdfVerifier } from './signing/verify/verifier.ts'

export interface OwnServices {
  readonly routers: readonly Pick<Router, 'routes'>[]
  close(): Promise<void>
}

interface Needs {
  readonly ports: Ports
  readonly assets: Assets
}

/** What the window offers beside signing in. */
export function ownServices({ ports, assets }: Needs): OwnServices {
  const { signing, clock } = ports
  const verifier = pdfVerifier(
    { clock, revocation: signing?.revocation },
    { anchors: signing?.anchors ?? [] },
  )
  const printer = reportPrinter(ports)
  const verify = verifyRoutes({
    ports,
    verifier,
    printer,
    origin: (ctx) => originOf(ctx, ports),
    pageProps: (ctx) => propsOf(ctx, assets),
    timestamps: signing?.timestamps,
  })
  return {
    routers: [verify],
    close: async () => {
      await Promise.all([verifier.close(), printer.close()])
    },
  }
}

function propsOf(ctx: Context, assets: Assets) {
  const locale = localeOf(ctx)
  return { locale, assets, languageLinks: languageLinks(ctx), requestId: requestIdOf(ctx) }
}
