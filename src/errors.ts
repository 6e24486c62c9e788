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
