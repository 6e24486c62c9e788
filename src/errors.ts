/** Every code that this product throws: stable, so that operators and tests can rely on it. */
export type ErrorCode =
  | 'config_invalid'
  | 'data_directory_locked'
  | 'event_not_written'
  | 'key_unavailable'
  | 'sealed_data_unreadable'
  | 'state_conflict'
  | 'storage_unavailable'
  | 'upstream_unavailable'

/** An outage or a bug. Expected answers are values, never errors. */
export class PanjerehError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PanjerehError'
    this.code = code
  }
}

/** A system outside us did not answer, or not in a way that can be used. */
export class UpstreamUnavailable extends PanjerehError {
  readonly upstream: string

  constructor(upstream: string, message: string, options?: ErrorOptions) {
    super('upstream_unavailable', `${upstream}: ${message}`, options)
    this.name = 'UpstreamUnavailable'
    this.upstream = upstream
  }
}

/** It has taken the request and decides later, such as by a person: the very same request is to be sent again. */
export class NotDecidedYet extends UpstreamUnavailable {
  readonly retryAfterSeconds: number

  constructor(upstream: string, retryAfterSeconds: number) {
    super(upstream, 'the authority has not decided yet')
    this.name = 'NotDecidedYet'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** It has decided, and not as it was asked to: sending the same again is of no use. */
export class Declined extends UpstreamUnavailable {
  constructor(upstream: string, message: string) {
    super(upstream, message)
    this.name = 'Declined'
  }
}
