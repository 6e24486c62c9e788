import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import type { RegistryAnswer } from '../../src/ports/registry-answer.ts'
import { answerCache } from './cache.ts'
import { quotaBook, type QuotaBook, type Used } from './quota.ts'
import type { GuardSettings } from './settings.ts'
import { Unanswered } from './unanswered.ts'

/** What an operator sees of one question. Names of registries, codes and numbers only. */
export interface Observation {
  readonly registry: string
  /** `match`, `mismatch`, `cached` or why there is neither. */
  readonly outcome: string
  readonly seconds: number
  readonly used: Used
  readonly circuit: 'closed' | 'half_open' | 'open'
}

export interface GuardNeeds {
  readonly clock: Clock
  readonly random: Random
  readonly observe?: (seen: Observation) => void
}

export interface Question<Found> {
  /** The whole question, for remembering its answer; absent: it is not remembered. */
  readonly text?: string
  /** Each try is a request of its own. */
  attempt(signal: AbortSignal, quota: QuotaBook): Promise<RegistryAnswer<Found>>
}

export interface RegistryGuard {
  /** Never throws for what a registry does: that is an answer, too. */
  ask<Found>(question: Question<Found>): Promise<RegistryAnswer<Found>>
}

const CIRCUITS = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const

/** Stands before one registry: how long, how many at once, how often again, when to leave it alone. */
export function registryGuard(
  registry: string,
  needs: GuardNeeds,
  settings: GuardSettings,
): RegistryGuard {
  const { clock, observe } = needs
  const quota = quotaBook(needs, settings)
  const cache = answerCache<RegistryAnswer<unknown>>(needs, settings.cacheSeconds)
  const { policy, circuit, reopensAt } = policyOf(needs, settings)

  async function asked<Found>({ attempt }: Question<Found>): Promise<RegistryAnswer<Found>> {
    const until = quota.exhaustedUntil()
    if (until !== undefined) {
      return { kind: 'indeterminate', reason: 'quota_exhausted', retryAt: until }
    }
    try {
      return await policy.execute(({ signal }) => attempt(signal, quota))
    } catch (error) {
      return unanswered(error, reopensAt())
    }
  }

  return {
    async ask<Found>(question: Question<Found>) {
      const { text } = question
      const known = text === undefined ? undefined : cache.find(text)
      const begun = clock.now()
      const answer = (known as RegistryAnswer<Found> | undefined) ?? (await asked(question))
      if (text !== undefined && known === undefined && answer.kind !== 'indeterminate') {
        cache.keep(text, answer)
      }
      observe?.({
        registry,
        outcome: known ? 'cached' : answer.kind === 'indeterminate' ? answer.reason : answer.kind,
        seconds: (clock.now() - begun) / 1000,
        used: quota.used(),
        circuit: CIRCUITS[circuit()],
      })
      return answer
    },
  }
}

function policyOf({ clock }: GuardNeeds, settings: GuardSettings) {
  const { eachMs, totalMs, atOnce, failures, pauseMs } = settings
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  let openedAt = 0
  breaker.onBreak(() => (openedAt = clock.now()))
  // All questions are reads: asking again changes nothing, and has an id of its own.
  const isWorthIt = (error: unknown) => error instanceof Unanswered && error.isTransient
  const again = retry(handleWhen(isWorthIt), {
    maxAttempts: 1,
    backoff: new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: 100,
      maxDelay: 500,
    }),
  })
  const policy = wrap(
    bulkhead(atOnce),
    timeout(totalMs, TimeoutStrategy.Aggressive),
    again,
    breaker,
    timeout(eachMs, TimeoutStrategy.Aggressive),
  )
  return { policy, circuit: () => breaker.state, reopensAt: () => openedAt + pauseMs }
}

function unanswered(error: unknown, reopensAt: number): RegistryAnswer<never> {
  if (error instanceof Unanswered) return { kind: 'indeterminate', reason: error.reason }
  if (error instanceof TaskCancelledError) return { kind: 'indeterminate', reason: 'timeout' }
  if (error instanceof BulkheadRejectedError) {
    return { kind: 'indeterminate', reason: 'overloaded' }
  }
  if (error instanceof BrokenCircuitError) {
    return { kind: 'indeterminate', reason: 'unavailable', retryAt: reopensAt }
  }
  throw error
}
