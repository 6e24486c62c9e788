import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import pino from 'pino'
import { outbound } from '../adapters/http/outbound.ts'
import { offers, rungs, SIGNATURE_POLICY } from '../interactions/index.ts'
import { acrNames } from './assurance/acr.ts'
import { handOver } from './assurance/hand-over.ts'
import { representation } from './assurance/representation.ts'
import { ladder } from './assurance/ladder.ts'
import type { AssuranceLevel } from './assurance/level.ts'
import { stepUp } from './assurance/step-up.ts'
import { openWorld, type World } from './compose.ts'
import { certificateKeeper } from './certificate-keeper.ts'
import type { Config } from './config.ts'
import { app } from './http/app.ts'
import { countedEvents } from './http/counted-events.ts'
import { metrics, type Metrics } from './http/metrics.ts'
import { views } from './http/views.ts'
import { ownClient, withOwnClient } from './oidc/own-client.ts'
import { openIdProvider } from './oidc/provider.ts'
import type { DeliverySchedule } from './delivery/deliveries.ts'
import type { Ports } from './ports/index.ts'
import { loadAssets } from './pages/assets.ts'
import { ownServices } from './own-services.ts'
import type { SealSeen } from './seal-keeper.ts'
import { seedDemo } from './seed-demo.ts'
import type { Withdrawal } from './signing/enrolment.ts'

/** What a request says of itself, and a whole one, body and all: a document of 50 MB over a slow line. Node's own five
 *  minutes are a gift to who sends it byte by byte. */
const HEADERS_MS = 15_000
const REQUEST_MS = 180_000

/** TLS 1.3, and of TLS 1.2 what BCP 195 recommends (FAPI 2.0 Security Profile, section 5.2.1). */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':')

/** Log lines are written together: a line a request would be a system call a request. */
const LOG_BUFFER_BYTES = 8 * 1024

export interface Running {
  readonly url: string
  readonly ports: Ports
  /** Stops listening, lets requests in flight finish, writes out what is queued. */
  close(): Promise<void>
}

export interface Additions {
  /** Rungs of one's own, beside those of `interactions/index.ts`. */
  readonly rungs?: (ports: Ports) => readonly AssuranceLevel[]
  /** When agencies that were away are told again of a session's end. */
  readonly logoutSchedule?: DeliverySchedule
}

/** Opens the window. */
export async function serve(config: Config, additions: Additions = {}): Promise<Running> {
  const lines = pino.destination({ sync: false, minLength: LOG_BUFFER_BYTES })
  const log = pino({ level: config.logLevel, base: { service: 'panjereh' } }, lines)
  const flushing = setInterval(() => lines.flush(), 1_000).unref()
  const measured = metrics()
  const world = await openWorld(config, measured.observeRegistry)
  if (config.demo) await seedDemo(config, world.ports)
  const { handler, workers } = application(config, world, { log, measured, ...additions })
  const server = listener(config, handler)
  server.headersTimeout = HEADERS_MS
  server.requestTimeout = REQUEST_MS
  server.listen(config.port, config.host)
  await once(server, 'listening').catch(async (error: unknown) => {
    await world.close()
    throw error
  })
  for (const worker of workers) worker.start()
  log.info({ issuer: config.issuer, port: config.port }, 'the window is open')
  return {
    url: config.issuer,
    ports: world.ports,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const deadline = setTimeout(() => server.closeAllConnections(), 10_000).unref()
      await closed
      clearTimeout(deadline)
      await Promise.all(workers.map((worker) => worker.stop()))
      await world.close()
      clearInterval(flushing)
      lines.flush()
    },
  }
}

interface Instruments {
  readonly log: pino.Logger
  readonly measured: Metrics
}

function application(
  config: Config,
  world: World,
  { log, measured, rungs: own, logoutSchedule }: Additions & Instruments,
) {
  measured.dropped(world.droppedEvents)
  const ports: Ports = {
    ...world.ports,
    clients: withOwnClient(world.ports.clients, ownClient(config.issuer)),
    events: countedEvents(world.ports.events, measured),
  }
  const assets = loadAssets()
  const acr = acrNames(config.acrPrefix)
  const policy = levelPolicy(config)
  const rung = ladder([...rungs(ports, policy), ...(own?.(ports) ?? [])], offers(ports, policy))
  const law = representation(ports, { lifetimeSeconds: config.mandateLifetime })
  const observeWithdrawal = withdrawalObserver(log, measured)
  const tells = config.signatureNotices !== 'off'
  const certificates = certificateKeeper(ports, { observe: observeWithdrawal, tells })
  const { provider, tap, logouts, lowered, ...known } = openIdProvider(ports, {
    onLowered: certificates?.lowered,
    law,
    issuer: config.issuer,
    acr,
    reachable: rung.ranks,
    levelLifetimes: config.levelLifetimes,
    ttl: config.ttl,
    secureCookies: config.issuer.startsWith('https:'),
    clientCertificate: config.clientCertificate,
    registration: config.registration,
    resources: config.resources,
    about: config.about,
    fetch: outbound({ allowInside: !config.isProduction, insideHosts: config.insideHosts }),
    logoutSchedule,
    countLogout: measured.countLogout,
    pkce: config.pkce,
    interactionUrl: (interaction) => `/interaction/${interaction.uid}`,
    views: views(assets, config.developerHosts),
  })
  const ttlSeconds = config.ttl.interaction
  const handOvers = handOver(ports, { issuer: config.issuer, ttlSeconds })
  const driver = stepUp(ports, {
    ladder: rung,
    recycledAfter: config.otp.recycledAfterDays * 86_400_000,
    ttlSeconds,
    offerOf: handOvers.offer,
    addressOf: handOvers.addressOf,
    filesAt: (uid) => `/interaction/${uid}/files`,
  })
  const services = ownServices({
    ...known,
    ...{ config, ports, assets, observeWithdrawal },
    observeSeal: sealObserver(log, measured),
  })
  const handler = app({
    provider,
    tap,
    acr,
    assets,
    handOvers,
    law,
    ports,
    stepUp: driver,
    metrics: measured,
    metricsToken: config.metricsToken,
    trustedProxies: config.trustedProxies,
    extensions: services.routers,
    accountPath: ports.signing && '/account',
    checks: { database: world.database.ping, ...(world.redis ? { redis: world.redis.ping } : {}) },
    logLine: (line) => log.info(line),
    logFault: (error, requestId) => log.error({ request_id: requestId, err: error }, 'fault'),
  })
  return { handler, workers: [logouts, lowered, services, ...(certificates ? [certificates] : [])] }
}

/** An authority or a key store that does not answer is the operator's to look after. */
function withdrawalObserver(log: pino.Logger, measured: Metrics) {
  return ({ outcome, credentialId, causes }: Withdrawal): void => {
    measured.countWithdrawal(outcome)
    if (outcome === 'told') return
    const why = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause)))
    log.warn({ credential: credentialId, why }, 'a revoked certificate waits to be withdrawn')
  }
}

/** A seal without a good certificate is the operator's to look after. */
function sealObserver(log: pino.Logger, measured: Metrics) {
  return ({ owner, outcome, cause }: SealSeen): void => {
    measured.countSeal(outcome)
    if (outcome === 'made') return log.info({ seal: owner }, 'a seal has a new certificate')
    const why = cause instanceof Error ? cause.message : String(cause)
    log.warn({ seal: owner, why }, 'a seal waits for its certificate, or to be withdrawn')
  }
}

function levelPolicy(config: Config) {
  const { face, issuer, levelLifetimes, minimumAge, otp, signatureNotices, sms } = config
  const { hostname, origin } = new URL(issuer)
  const passkey = { rpId: hostname, rpName: 'Panjereh', origin }
  return {
    otp: { ...otp, host: sms.host },
    passkey,
    registry: { minimumAge, lifetimeSeconds: levelLifetimes[2] ?? 0 },
    face: { ...face.policy, lifetimeSeconds: levelLifetimes[3] ?? 0 },
    signature: {
      ...SIGNATURE_POLICY,
      ...passkey,
      attestation: config.signingPasskeys,
      notices: signatureNotices,
      lifetimeSeconds: levelLifetimes[4] ?? 0,
    },
  }
}

function listener(config: Config, application: ReturnType<typeof app>): Server {
  const handle = application.callback()
  if (config.tls === undefined) return createHttpServer(handle)
  const { certFile, keyFile, clientCaFile } = config.tls
  return createHttpsServer(
    {
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ...(clientCaFile ? { ca: readFileSync(clientCaFile) } : {}),
      // RFC 8705: a certificate is asked for, never required; which clients need one is their metadata's say.
      requestCert: config.clientCertificate === 'tls',
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
    },
    handle,
  )
}
