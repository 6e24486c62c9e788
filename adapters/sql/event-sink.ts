import type { Knex } from 'knex'
import { PanjerehError } from '../../src/errors.ts'
import type { EventSink, ServiceEvent } from '../../src/ports/event-sink.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { rows } from './rows.ts'

export interface EventSinkStats {
  /** Waiting in the queue of machine traffic. */
  readonly queued: number
  /** Lost: the queue was full, or the database refused its batch. */
  readonly dropped: number
  readonly inserts: number
}

export interface SqlEventSink extends EventSink {
  stats(): EventSinkStats
}

export interface EventSinkOptions {
  readonly queueSize?: number
  readonly batchSize?: number
  readonly everyMs?: number
}

interface Waiting {
  readonly events: readonly ServiceEvent[]
  readonly done: () => void
  readonly failed: (error: PanjerehError) => void
}

export function eventSink({ knex }: { knex: Knex }, options: EventSinkOptions = {}): SqlEventSink {
  const { queueSize = 10_000, batchSize = 500, everyMs = 250 } = options
  const queue: ServiceEvent[] = []
  let waiting: Waiting[] = []
  let committing: Promise<void> | undefined
  let draining: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let dropped = 0
  let inserts = 0

  async function insert(events: readonly ServiceEvent[]): Promise<void> {
    inserts += 1
    await rows(knex, insertEvents(), [eventList(events)])
  }

  /** Group commit: whoever comes while an insert runs shares the next one. */
  async function commitAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await insert(group.flatMap(({ events }) => events))
        for (const { done } of group) done()
      } catch (cause) {
        const error = new PanjerehError('event_not_written', 'an event was not kept', { cause })
        for (const { failed } of group) failed(error)
      }
    }
    committing = undefined
  }

  async function drainAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize)
      // The loss is counted and shown; there is nobody left to tell.
      await insert(batch).catch(() => (dropped += batch.length))
    }
    draining = undefined
  }
  function drain(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    // Of an empty queue nothing is drained: the work would be over before it is noted as under way.
    if (queue.length > 0) draining ??= drainAll()
    return draining ?? Promise.resolve()
  }

  return {
    record(...events) {
      if (events.length === 0) return Promise.resolve()
      return new Promise<void>((done, failed) => {
        waiting.push({ events, done, failed })
        committing ??= commitAll()
      })
    },
    enqueue(event) {
      if (queue.length >= queueSize) {
        dropped += 1
        return
      }
      queue.push(event)
      if (queue.length >= batchSize) void drain()
      else timer ??= setTimeout(() => void drain(), everyMs).unref()
    },
    async flush() {
      await drain()
      await committing
    },
    stats: () => ({ queued: queue.length, dropped, inserts }),
  }
}
