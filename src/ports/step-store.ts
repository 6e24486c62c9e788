/** What an interaction is in the middle of. Sealed at rest: it may hold a mobile number. */
export interface StoredStep {
  readonly version: number
  readonly value: unknown
}

export interface StepStore {
  load(uid: string): Promise<StoredStep | undefined>
  /** Compare-and-set: false when somebody else saved since `version` was read (undefined: none yet). */
  save(
    uid: string,
    value: unknown,
    version: number | undefined,
    ttlSeconds: number,
  ): Promise<boolean>
  remove(uid: string): Promise<void>
}
