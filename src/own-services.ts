import type Router from '@koa/router'
import type { Context } from 'koa'
import { publicPost } from '../adapters/http/public-post.ts'
import type { Config } from './config.ts'
import { accountRoutes, noticeDelivery } from './extensions/account/index.ts'
import {
  cscRoutes,
  requestSweep,
  signingRoutes,
  webhookDelivery,
  windowSigner,
} from './extensions/signing-service/index.ts'
import { verifyRoutes, VERIFY_LIMITS } from './extensions/verify/index.ts'
import { languageLinks } from './http/client-view.ts'
import { csrfToken, isCsrfValid } from './http/csrf.ts'
import { readForm } from './http/form-body.ts'
import { originOf } from './http/origin.ts'
import { localeOf, requestIdOf } from './http/request-context.ts'
import { OWN_CLIENT } from './oidc/own-client.ts'
import type { OpenIdProvider } from './oidc/provider.ts'
import type { Assets } from './pages/assets.ts'
import type { Ports } from './ports/index.ts'
import { sealKeeper, windowSeal, type SealKeeper, type SealSeen } from './seal-keeper.ts'
import { enrolment, type Withdrawal } from './signing/enrolment.ts'
import { pdfInspector } from './signing/inspect/inspector.ts'
import { signatureActivation } from './signing/sam.ts'
import { sealer } from './signing/seals/sealer.ts'
import { pdfVerifier } from './signing/verify/verifier.ts'

export interface OwnServices {
  readonly routers: readonly Pick<Router, 'routes'>[]
  start(): void
  stop(): Promise<void>
}

interface Needs extends Pick<OpenIdProvider, 'bearer' | 'names' | 'sessions'> {
  readonly config: Config
  readonly ports: Ports
  readonly assets: Assets
  readonly observeWithdrawal: (seen: Withdrawal) => void
  readonly observeSeal?: (seen: SealSeen) => void
}

/** What the window offers beside signing in. */
export function ownServices(needs: Needs): OwnServices {
  const keeper = keeperOf(needs)
  const services = [
    ...(keeper ? [{ routers: [], start: keeper.start, stop: keeper.stop }] : []),
    verification(needs, keeper),
    ...signingService(needs),
    ...account(needs),
  ]
  return {
    routers: services.flatMap(({ routers }) => routers),
    start: () => services.forEach((service) => service.start()),
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()))
    },
  }
}

/** Seals there are where there are keys. */
function keeperOf({ config, ports, observeSeal: observe }: Needs): SealKeeper | undefined {
  const { signing } = ports
  return signing && sealKeeper({ ...ports, signing }, { window: config.seal, observe })
}

function verification({ config, ports, assets }: Needs, keeper?: SealKeeper): OwnServices {
  const { signing, clock } = ports
  const hasSeal = signing !== undefined && keeper !== undefined && config.seal !== undefined
  const verifier = pdfVerifier(
    { clock, revocation: signing?.revocation },
    { anchors: signing?.anchors ?? [], workers: VERIFY_LIMITS.atOnce },
  )
  const verify = verifyRoutes({
    ports,
    verifier,
    origin: (ctx) => originOf(ctx, ports),
    pageProps: (ctx) => propsOf(ctx, assets),
    seal: hasSeal ? windowSeal({ ...ports, signing }, keeper) : undefined,
  })
  return {
    routers: [verify],
    start: () => undefined,
    stop: () => verifier.close(),
  }
}

/** Only where people can sign. */
function signingService({ config, ports, bearer, names, assets }: Needs): OwnServices[] {
  const { signing } = ports
  if (signing === undefined) return []
  const { issuer, isProduction, insideHosts } = config
  const allowInside = !isProduction
  const inspector = pdfInspector()
  const { hostname: rpId, origin } = new URL(issuer)
  const sam = signatureActivation({ ...ports, ...signing }, { rpId, origin, lifetimeSeconds: 900 })
  const about = { name: 'Panjereh', logo: `${issuer}${assets.url('icon.svg')}`, region: 'IR' }
  const routers = [
    signingRoutes({
      ...{ ports, bearer, subjects: names, inspector, allowInside },
      seals: sealer({ ...ports, signing }),
    }),
    cscRoutes({ ports, bearer, sam, signing, inspector, issuer, about }),
  ]
  const post = publicPost({ allowInside, insideHosts })
  const webhooks = webhookDelivery({
    ...{ ...ports, issuer, sign: windowSigner(ports.keys), post },
  })
  const sweep = requestSweep(ports, config.signatureRetentionDays)
  return [
    {
      routers,
      start() {
        webhooks.start()
        sweep.start()
      },
      stop: async () => {
        await Promise.all([webhooks.stop(), sweep.stop(), inspector.close()])
      },
    },
  ]
}

/** What citizens see, and are told, of their own signatures. */
function account({ config, ports, assets, sessions, ...needs }: Needs): OwnServices[] {
  const { signing } = ports
  if (signing === undefined) return []
  const router = accountRoutes({
    ports,
    sessions,
    revoke: enrolment({ ...ports, ...signing }, { observe: needs.observeWithdrawal }).revoke,
    clientId: OWN_CLIENT,
    form: {
      token: (uid) => csrfToken(ports, `account:${uid}`),
      async read(ctx, uid) {
        const form = await readForm(ctx)
        const input = 'input' in form ? form.input : {}
        const expected = csrfToken(ports, `account:${uid}`)
        return isCsrfValid(expected, input['csrf'], ctx) ? input : undefined
      },
    },
    requestId: requestIdOf,
    pageProps: (ctx) => propsOf(ctx, assets),
  })
  const { start, stop } = noticeDelivery(ports, config.sms.host)
  return [{ routers: [router], start, stop }]
}

function propsOf(ctx: Context, assets: Assets) {
  const locale = localeOf(ctx)
  return { locale, assets, languageLinks: languageLinks(ctx), requestId: requestIdOf(ctx) }
}
