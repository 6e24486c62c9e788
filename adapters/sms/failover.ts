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
import type { CodeMessage, SmsGateway, SmsReceipt } from '../../src/ports/sms-gateway.ts'
import { deliveryWatch, DELIVERY, type DeliveryPolicy } from './delivery.ts'

export interface FailoverPolicy {
  /** Failures in a row, or undelivered messages in a row, after which a gateway is left alone. */
  readonly failures: number
  readonly pauseMs: number
  /** Messages under way at once, a gateway: one that hangs takes no more than these. */
  readonly atOnce: number
  /** For one gateway, and for all of them: somebody waits for the page. */
  readonly eachMs: number
  readonly allMs: number
  readonly delivery: DeliveryPolicy
}

export const FAILOVER: FailoverPolicy = {
  failures: 5,
  pauseMs: 30_000,
  atOnce: 200,
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
  const guards = new Map(gateways.map(({ name }) => [name, guardOf(policy)]))
  const delivery = deliveryWatch(named, { clock }, policy)

  /** Those that deliver come first; when a message is repeated, its own gateway comes last. */
  async function inOrder({ repeats }: CodeMessage): Promise<readonly SmsGateway[]> {
    const isLate = repeats !== undefined && !(await delivery.hasArrived(repeats))
    const last = (name: string) =>
      (delivery.isFailing(name) ? 2 : 0) + (isLate && name === repeats?.gateway ? 1 : 0)
    return gateways.toSorted((one, other) => last(one.name) - last(other.name))
  }

  async function attempt(gateway: SmsGateway, message: CodeMessage, ms: number): Promise<Taken> {
    const guard = wrap(...(guards.get(gateway.name) ?? []), timeout(ms, TimeoutStrategy.Aggressive))
    return guard.execute(({ signal }) => gateway.send(message, signal))
  }

  async function send(message: CodeMessage): Promise<Taken> {
    const end = clock.now() + policy.allMs
    const faults: unknown[] = []
    let isRefused = false
    for (const gateway of await inOrder(message)) {
      const ms = Math.min(policy.eachMs, end - clock.now())
      if (ms < SHORTEST_MS) break
      try {
        const taken = await attempt(gateway, message, ms)
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
    async status(id, signal) {
      const at = id.indexOf(':')
      return (await named.get(id.slice(0, at))?.status(id.slice(at + 1), signal)) ?? 'unknown'
    },
  }
}

function guardOf({ failures, pauseMs, atOnce }: FailoverPolicy) {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  return [bulkhead(atOnce), breaker] as const
}
