import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  noop,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
} from 'cockatiel'
import type { z } from 'zod'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import type { Random } from '../../../src/ports/random.ts'
import { call, Unanswered } from './call.ts'
import type { HttpEngineSettings } from './settings.ts'

const KILOBYTE = 1024

export interface Question<Schema extends z.ZodType> {
  /** Below the configured address. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly schema: Schema
  /** `repeatable`: asking twice is as asking once; `frame`: somebody is before the camera, and the next frame is
   *  worth more than this one; `once`: the question changes what it asks about. */
  readonly manner: 'repeatable' | 'frame' | 'once'
  readonly maxBytes?: number
}

export type Ask = <Schema extends z.ZodType>(
  question: Question<Schema>,
) => Promise<z.infer<Schema> | 'busy'>

/** Stands before an engine: how long, how many at once, how often again, when to leave it alone. Whatever was not
 *  understood is an outage (`upstream_unavailable`) and never a verdict. */
export function guardedEngine(
  { random }: { readonly random: Random },
  settings: HttpEngineSettings,
): Ask {
  const { url, token, engine } = settings
  const policies = policiesOf(settings)
  const base = url.endsWith('/') ? url : `${url}/`

  return async (question) => {
    const { path, manner, maxBytes = 64 * KILOBYTE, ...rest } = question
    const target = { url: new URL(path, base).href, token, engine, maxBytes, ...rest }
    try {
      return await policies[manner].execute(({ signal }) =>
        call({ ...target, requestId: random.uuid(), signal }),
      )
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return 'busy'
      throw outage(error)
    }
  }
}

function policiesOf(settings: HttpEngineSettings): Record<Question<z.ZodType>['manner'], IPolicy> {
  const { eachMs, totalMs, frameMs, atOnce, failures, pauseMs } = settings
  const places = bulkhead(atOnce)
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  const again = retry(
    handleWhen((error) => error instanceof Unanswered && error.isTransient),
    { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 500 }) },
  )
  const within = (ms: number) => timeout(ms, TimeoutStrategy.Aggressive)
  return {
    repeatable: wrap(places, within(totalMs), again, breaker, within(eachMs)),
    once: wrap(places, noop, breaker, within(eachMs)),
    frame: wrap(places, noop, breaker, within(frameMs)),
  }
}

function outage(error: unknown): unknown {
  const upstream = 'face engine'
  if (error instanceof Unanswered) return new UpstreamUnavailable(upstream, error.message)
  if (error instanceof TaskCancelledError) {
    return new UpstreamUnavailable(upstream, 'no answer in time')
  }
  if (error instanceof BrokenCircuitError) {
    return new UpstreamUnavailable(upstream, 'it failed too often and is left alone for a while')
  }
  return error
}
