import type { EventType, ServiceEvent } from './event-sink.ts'

export interface EventFilter {
  readonly type?: EventType
  readonly subjectId?: string
  readonly clientId?: string
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number
  readonly until?: number
  /** Continue after this id. */
  readonly after?: string
  readonly limit: number
}

export interface LoggedEvent extends ServiceEvent {
  /** Rises in the order of writing. */
  readonly id: string
}

/** What auditors read. */
export interface EventLog {
  list(filter: EventFilter): Promise<readonly LoggedEvent[]>
}
