/** One proof of one rank in one session. Seconds, as OIDC's `auth_time`. */
export interface SessionProof {
  readonly rank: number
  readonly amr: readonly string[]
  /** Seconds since the epoch. */
  readonly provedAt: number
}

/** When each level was proved in a session: oidc-provider's session has one time only. */
export interface SessionLevelStore {
  /** Adds proofs; never changes one. Binding the same proof twice is harmless. */
  bind(sessionUid: string, subjectId: string, proofs: readonly SessionProof[]): Promise<void>
  /** All proofs of this session and subject, oldest first. */
  held(sessionUid: string, subjectId: string): Promise<readonly SessionProof[]>
  /** The sessions in which this subject ever proved this rank or a higher one. */
  sessionsOf(subjectId: string, rank: number): Promise<readonly string[]>
}
