import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleAll, wrap } from 'cockatiel'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { SmsGateway } from '../../src/ports/sms-gateway.ts'

export interface FailoverPolicy {
  /** Failures in a row after which a gateway is left alone. */
  readonly failures: number
  readonly pauseMs: number
  /** Messages under way at once, a gateway. */
  readonly atOnce: number
}

const DEFAULTS: FailoverPolicy = { failures: 5, pauseMs: 30_000, atOnce: 200 }

/** Tries the gateways in order, with the same code, and leaves a failing one alone for a while. */
export function failover(
  gateways: readonly SmsGateway[],
  policy: FailoverPolicy = DEFAULTS,
): SmsGateway {
  const guarded = gateways.map((gateway) => ({ gateway, guard: guardOf(policy) }))

  return {
    name: 'failover',
    async send(message) {
      const faults: unknown[] = []
      for (const { gateway, guard } of guarded) {
        try {
          return await guard.execute(() => gateway.send(message))
        } catch (error) {
          faults.push(error)
        }
      }
      throw new UpstreamUnavailable('sms', 'no gateway took the message', {
        cause: new AggregateError(faults),
      })
    },
    async status(id) {
      const [name, messageId] = split(id)
      const found = gateways.find((gateway) => gateway.name === name)
      return found ? found.status(messageId) : 'unknown'
    },
  }
}

function guardOf({ failures, pauseMs, atOnce }: FailoverPolicy) {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  return wrap(bulkhead(atOnce), breaker)
}

/** `gateway:id`, as a receipt is written down. */
function split(id: string): [string, string] {
  const at = id.indexOf(':')
  return [id.slice(0, at), id.slice(at + 1)]
}
