/** What oidc-provider keeps for a while: codes, tokens, sessions, grants, interactions. */
export type ArtifactPayload = Record<string, unknown>

export interface ArtifactStore {
  /** `payload` may carry `grantId`, `uid` and `userCode`, by which it can be found again. */
  put(
    model: string,
    id: string,
    payload: ArtifactPayload,
    ttlSeconds: number | undefined,
  ): Promise<void>
  /** Undefined when absent or expired. A spent one comes back with `consumed` (epoch seconds). */
  get(model: string, id: string): Promise<ArtifactPayload | undefined>
  getBy(
    model: string,
    index: 'uid' | 'userCode',
    value: string,
  ): Promise<ArtifactPayload | undefined>
  /** Atomic: true for exactly one caller, whatever the number of callers at once. */
  consume(model: string, id: string): Promise<boolean>
  remove(model: string, id: string): Promise<void>
  /** Removes every token, code and the grant itself that bear this grant id. */
  revokeGrant(grantId: string): Promise<void>
}
