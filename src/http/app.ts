import type { EventEmitter } from 'node:events'
import type Router from '@koa/router'
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import type { HandOvers } from '../assurance/hand-over.ts'
import type { EventTap } from '../oidc/event-tap.ts'
import { accessLog, type AccessLine } from './access-log.ts'
import { assetFiles } from './asset-files.ts'
import { clientLogos } from './client-logos.ts'
import { writeEvents } from './event-writer.ts'
import { deviceGuard } from './device-guard.ts'
import { faultPage } from './fault-page.ts'
import { handOverRoutes } from './hand-over.ts'
import { health, type Checks } from './health.ts'
import { home } from './home.ts'
import { interactionRoutes, type InteractionNeeds } from './interaction.ts'
import { metricsPage, type Metrics } from './metrics.ts'
import { postToGet } from './post-to-get.ts'
import { postingPages } from './posting-pages.ts'
import { requestContext, requestIdOf } from './request-context.ts'
import { securityHeaders } from './security-headers.ts'
import { viewerFiles } from './viewer-files.ts'

export interface AppNeeds extends InteractionNeeds {
  readonly tap: EventTap
  readonly handOvers: HandOvers
  readonly checks: Checks
  /** Services of the window's own beside signing in, each with its routes. */
  readonly extensions: readonly Pick<Router, 'routes'>[]
  /** The citizen's own pages, where there are some. */
  readonly accountPath?: string
  readonly metrics: Metrics
  readonly metricsToken?: string
  /** Reverse proxies in front of us whose X-Forwarded-* headers are believed; 0 for none. */
  readonly trustedProxies: number
  readonly logLine: (line: AccessLine) => void
  readonly logFault: (error: unknown, requestId: string) => void
}

/** The pipeline, in order. oidc-provider is the application itself and answers last. */
export function app(needs: AppNeeds): Provider {
  const { provider, assets, metrics, ports } = needs
  provider.proxy = needs.trustedProxies > 0
  provider.maxIpsCount = needs.trustedProxies
  const interactions = interactionRoutes(needs)
  const koa: EventEmitter = provider
  koa.on('error', lateFaults(needs))

  provider.use(requestContext(ports))
  provider.use(accessLog({ clock: ports.clock, metrics, write: needs.logLine }))
  provider.use(securityHeaders({ isHttps: provider.issuer.startsWith('https:') }))
  provider.use(faultPage({ assets, log: needs.logFault }))
  provider.use(health(needs.checks))
  provider.use(metricsPage(metrics, needs.metricsToken))
  provider.use(viewerFiles())
  provider.use(assetFiles(assets))
  provider.use(clientLogos(ports))
  provider.use(home({ assets, provider, accountPath: needs.accountPath }))
  provider.use(postToGet(new Set(['/oauth2/authorize', '/oauth2/logout'])))
  provider.use(postingPages({ assets }))
  provider.use(writeEvents(needs.tap))
  provider.use(deviceGuard({ assets, ports }))
  for (const extension of needs.extensions) provider.use(extension.routes())
  provider.use(interactions.routes())
  provider.use(handOverRoutes(needs).routes())
  return provider
}

/** What goes wrong while an answer is on its way. A browser that goes away in between, as the viewer of documents does
 *  when it has seen that parts can be had, is no fault. */
export function lateFaults({ logFault }: Pick<AppNeeds, 'logFault'>) {
  return (error: unknown, ctx?: Context): void => {
    const { code, expose } = error as { readonly code?: string; readonly expose?: boolean }
    if (expose === true || GONE.has(code ?? '')) return
    logFault(error, ctx ? requestIdOf(ctx) : '')
  }
}

const GONE: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])
