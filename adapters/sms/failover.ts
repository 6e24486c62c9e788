import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import { PanjerehError, UpstreamUnavailable } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type {
  CodeMessage,
  SmsGateway,
  SmsReceipt,
  TextMessage,
} from '../../src/ports/sms-gateway.ts'
import { deliveryWatch, DELIVERY, type DeliveryPolicy } from './delivery.ts'

export interface FailoverPolicy {
  /** Failures in a row, or undelivered messages in a row, after which a gateway is left alone. */
  readonly failures: number
  readonly pauseMs: number
  /** Messages under way at once, a gateway: one that hangs takes no more than these. */
  readonly atOnce: number
  /** The same for messages without a code: they take no place of those with one. */
  readonly textsAtOnce: number
  /** For one gateway, and for all of them: somebody waits for the page. */
  readonly eachMs: number
  readonly allMs: number
  readonly delivery: DeliveryPolicy
}

export const FAILOVER: FailoverPolicy = {
  failures: 5,
  pauseMs: 30_000,
  atOnce: 200,
  textsAtOnce: 20,
  eachMs: 4_000,
  allMs: 8_000,
  delivery: DELIVERY,
}

/** Less time than this is not worth a call, nor fair to the gateway's record. */
const SHORTEST_MS = 250

type Taken = SmsReceipt | 'refused'

/** Tries the gateways in order, with the same code, and leaves a failing one alone for a while. */
export function failover(
  gateways: readonly SmsGateway[],
  { clock }: { readonly clock: Clock },
  policy: FailoverPolicy = FAILOVER,
): SmsGateway {
  const named = new Map(gateways.map((gateway) => [gateway.name, gateway]))
  if (named.size < gateways.length) {
    throw new PanjerehError('config_invalid', 'PANJEREH_SMS_GATEWAYS: every gateway needs a name')
  }
  const guards = new Map(gateways.map(({ name }) => [name, guardOf(policy, policy.atOnce)]))
  // Apart from the others: a line that takes no texts says nothing against codes.
  const textGuards = new Map(
    gateways.map(({ name }) => [name, guardOf(policy, policy.textsAtOnce)]),
  )
  const tellers = gateways.filter((one) => one.tell !== undefined)
  const delivery = deliveryWatch(named, { clock }, policy)

  /** Those that deliver come first; when a message is repeated, its own gateway comes last. */
  async function inOrder({ repeats }: CodeMessage): Promise<readonly SmsGateway[]> {
    const isLate = repeats !== undefined && !(await delivery.hasArrived(repeats))
    const last = (name: string) =>
      (delivery.isFailing(name) ? 2 : 0) + (isLate && name === repeats?.gateway ? 1 : 0)
    return gateways.toSorted((one, other) => last(one.name) - last(other.name))
  }

  async function send(message: CodeMessage): Promise<Taken> {
    return firstTaken(await inOrder(message), guards, (gateway, signal) =>
      gateway.send(message, signal),
    )
  }

  async function tell(message: TextMessage): Promise<Taken> {
    return firstTaken(tellers, textGuards, async (gateway, signal) => {
      return (await gateway.tell?.(message, signal)) ?? 'refused'
    })
  }

  async function firstTaken(
    some: readonly SmsGateway[],
    guarded: ReadonlyMap<string, ReturnType<typeof guardOf>>,
    attempt: (gateway: SmsGateway, signal: AbortSignal) => Promise<Taken>,
  ): Promise<Taken> {
    const end = clock.now() + policy.allMs
    const faults: unknown[] = []
    let isRefused = false
    for (const gateway of some) {
      const ms = Math.min(policy.eachMs, end - clock.now())
      if (ms < SHORTEST_MS) break
      const guard = wrap(
        ...(guarded.get(gateway.name) ?? []),
        timeout(ms, TimeoutStrategy.Aggressive),
      )
      try {
        const taken = await guard.execute(({ signal }) => attempt(gateway, signal))
        if (taken !== 'refused') return taken
        isRefused = true
      } catch (error) {
        faults.push(error)
      }
    }
    if (isRefused) return 'refused'
    throw new UpstreamUnavailable('sms', 'no gateway took the message', {
      cause: new AggregateError(faults),
    })
  }

  return {
    name: 'failover',
    async send(message) {
      const taken = await send(message)
      if (taken !== 'refused') delivery.watch(taken)
      return taken
    },
    ...(tellers.length > 0 ? { tell } : {}),
    async status(id, signal) {
      const at = id.indexOf(':')
      return (await named.get(id.slice(0, at))?.status(id.slice(at + 1), signal)) ?? 'unknown'
    },
  }
}

function guardOf({ failures, pauseMs }: FailoverPolicy, atOnce: number) {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  return [bulkhead(atOnce), breaker] as const
}
