/** At most `points` in `seconds`; over it, nothing until the window ends. */
export interface Limit {
  readonly name: string
  readonly points: number
  readonly seconds: number
}

export interface LimitState {
  readonly allowed: boolean
  /** Points left in the window, never below 0. */
  readonly remaining: number
  /** 0 when allowed. */
  readonly retryAfterSeconds: number
}

/** Counts in the shared store, atomically: a counter that is loaded, raised and saved is beaten by
 *  parallel guesses. Keys are fingerprints, never personal data. */
export interface RateLimiter {
  take(limit: Limit, key: string, points?: number): Promise<LimitState>
  /** Takes back one point of a live window: what was counted did not happen. */
  giveBack(limit: Limit, key: string): Promise<void>
  peek(limit: Limit, key: string): Promise<LimitState>
  reset(limit: Limit, key: string): Promise<void>
}
