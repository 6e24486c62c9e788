import type { EventSink, ServiceEvent } from '../ports/event-sink.ts'
import type { Metrics } from './metrics.ts'

/** Counts what was written, by type: rates of sign-ins and refusals are what operators are woken by. */
export function countedEvents(
  events: EventSink,
  { countEvent }: Pick<Metrics, 'countEvent'>,
): EventSink {
  const count = (...told: readonly ServiceEvent[]) => told.forEach(({ type }) => countEvent(type))
  return {
    async record(...told) {
      await events.record(...told)
      count(...told)
    },
    enqueue(event) {
      events.enqueue(event)
      count(event)
    },
    flush: () => events.flush(),
  }
}
