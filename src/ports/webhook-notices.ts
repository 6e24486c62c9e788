/** That a request for signatures has come to its end, for the agency's webhook. What is told is read, and signed, anew
 *  at each try. */
export interface WebhookNotice {
  readonly id: string
  /** Of the signature request. */
  readonly requestId: string
  readonly clientId: string
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  /** How often it was sent in vain. */
  readonly tries: number
}

/** Webhooks that are still to be called. `SignatureRequestStore.save` puts a notice here together with the final
 *  state, so that none is lost between the two. */
export interface WebhookNotices {
  /** Some that are due, for the caller alone until `until`: several processes share them. */
  take(most: number, until: number): Promise<readonly WebhookNotice[]>
  /** Sent in vain once more. */
  postpone(id: string, dueAt: number): Promise<void>
  remove(id: string): Promise<void>
}
