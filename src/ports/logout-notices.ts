/** That a session has ended, for one client: the logout token itself is signed anew at each try. */
export interface LogoutNotice {
  readonly id: string
  readonly clientId: string
  readonly subjectId: string
  readonly sid: string
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  /** How often it was sent in vain. */
  readonly tries: number
}

/** Logout tokens that are still to be delivered (OIDC Back-Channel Logout 1.0). */
export interface LogoutNotices {
  /** Durable when it resolves; nobody takes it before `dueAt`. */
  add(notice: LogoutNotice, dueAt: number): Promise<void>
  /** Some that are due, for the caller alone until `until`: several processes share them. */
  take(most: number, until: number): Promise<readonly LogoutNotice[]>
  /** Sent in vain once more. */
  postpone(id: string, dueAt: number): Promise<void>
  remove(id: string): Promise<void>
}
