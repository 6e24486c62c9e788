/** The time of day. Only `adapters/system` reads the machine's clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
}
