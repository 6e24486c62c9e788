import { timingSafeEqual } from 'node:crypto'
import type { Middleware } from 'koa'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface RegistryObservation {
  readonly registry: string
  readonly outcome: string
  readonly seconds: number
  /** What the registry says we have used of it, by period. */
  readonly used: Readonly<Partial<Record<string, number>>>
  readonly circuit: 'closed' | 'half_open' | 'open'
}

export interface Metrics {
  readonly registry: Registry
  observe(route: string, method: string, status: number, seconds: number): void
  countEvent(type: string): void
  /** A try to tell an agency that a session has ended. */
  countLogout(outcome: string): void
  /** A try to have a revoked certificate taken back by its authority, and its key destroyed. */
  countWithdrawal(outcome: string): void
  /** A try to have the certificate of a seal issued or renewed, or a revoked one withdrawn. */
  countSeal(outcome: string): void
  /** One question to a national registry. */
  observeRegistry(seen: RegistryObservation): void
  /** Events of machine traffic that did not fit the pipeline. */
  dropped(read: () => number): void
}

const CIRCUITS = { closed: 0, half_open: 1, open: 2 } as const

function registryMetrics(registry: Registry): Metrics['observeRegistry'] {
  const registers = [registry]
  const calls = new Counter({
    name: 'panjereh_registry_calls_total',
    help: 'Questions to national registries, by registry and outcome',
    labelNames: ['registry', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'panjereh_registry_call_seconds',
    help: 'Time until an answer, all tries together',
    labelNames: ['registry'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers,
  })
  const quota = new Gauge({
    name: 'panjereh_registry_quota_used',
    help: 'What the registry says we have used of our quota',
    labelNames: ['registry', 'period'],
    registers,
  })
  const circuits = new Gauge({
    name: 'panjereh_registry_circuit',
    help: 'Circuit breaker: 0 closed, 1 half open, 2 open',
    labelNames: ['registry'],
    registers,
  })
  return (seen) => {
    const { registry: name, outcome, used, circuit } = seen
    calls.inc({ registry: name, outcome })
    if (outcome !== 'cached') seconds.observe({ registry: name }, seen.seconds)
    circuits.set({ registry: name }, CIRCUITS[circuit])
    for (const [period, count = 0] of Object.entries(used))
      quota.set({ registry: name, period }, count)
  }
}

export function metrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'panjereh_http_request_seconds',
    help: 'Time to answer, by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  const events = new Counter({
    name: 'panjereh_events_total',
    help: 'Events, by type',
    labelNames: ['type'],
    registers: [registry],
  })
  const logouts = new Counter({
    name: 'panjereh_backchannel_logouts_total',
    help: 'Logout tokens, by outcome: delivered, failed (tried again), given_up',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const withdrawals = new Counter({
    name: 'panjereh_certificate_withdrawals_total',
    help: 'Revoked certificates told to the authority and keys destroyed, by outcome: told, failed (tried again)',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const seals = new Counter({
    name: 'panjereh_seal_certificates_total',
    help: 'Certificates of seals, by outcome: made (issued or renewed), failed (tried again; revoked ones that cannot be withdrawn, too)',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const observeRegistry = registryMetrics(registry)
  // Finding a series by its labels costs more than counting in it. Routes, methods and statuses are few.
  const series = new Map<string, { observe(seconds: number): void }>()
  function seriesOf(route: string, method: string, status: number) {
    const name = `${route} ${method} ${status}`
    const known = series.get(name)
    if (known) return known
    const made = requests.labels({ route, method, status: String(status) })
    series.set(name, made)
    return made
  }
  return {
    registry,
    observe: (route, method, status, seconds) => seriesOf(route, method, status).observe(seconds),
    countEvent: (type) => events.inc({ type }),
    observeRegistry,
    countLogout: (outcome) => logouts.inc({ outcome }),
    countWithdrawal: (outcome) => withdrawals.inc({ outcome }),
    countSeal: (outcome) => seals.inc({ outcome }),
    dropped(read) {
      new Gauge({
        name: 'panjereh_events_dropped_total',
        help: 'Machine events that were lost since the bounded pipeline was full',
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    },
  }
}

/** `/metrics`: for loopback, or for who bears the token. */
export function metricsPage({ registry }: Metrics, token: string | undefined): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/metrics') return (await next()) as unknown
    if (!isAllowed(ctx.socket.remoteAddress ?? '', ctx.ip, ctx.get('Authorization'), token))
      ctx.throw(404)
    ctx.set('Content-Type', registry.contentType)
    ctx.body = await registry.metrics()
  }
}

const LOOPBACK = /^(::1|127\.|::ffff:127\.)/

function isAllowed(
  peer: string,
  ip: string,
  authorization: string,
  token: string | undefined,
): boolean {
  if (token === undefined) return LOOPBACK.test(peer) && LOOPBACK.test(ip)
  const [given, expected] = [Buffer.from(authorization), Buffer.from(`Bearer ${token}`)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
