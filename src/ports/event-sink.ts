/** The closed vocabulary: a noun and a past participle. No event carries personal data. */
export const EVENT_TYPES = [
  'interaction.started',
  'level.asked',
  'level.proved',
  'level.refused',
  'code.sent',
  'subject.created',
  'identifier.added',
  'identifier.retired',
  'subject.joined',
  'registry.asked',
  'identity.bound',
  'identity.checked',
  'identity.lowered',
  'mandate.chosen',
  'mandate.ended',
  'face.judged',
  'hand_over.offered',
  'hand_over.taken',
  'hand_over.ended',
  'sign_in.completed',
  'sign_in.refused',
  'consent.granted',
  'consent.refused',
  'consent.revoked',
  'token.issued',
  'token.refreshed',
  'token.revoked',
  'token.introspected',
  'token.reuse_detected',
  'userinfo.read',
  'session.ended',
  'logout.undelivered',
  'authenticator.added',
  'authenticator.removed',
  'client.registered',
  'client.changed',
  'client.removed',
  'key.rotated',
  'key.created',
  'signing_credential.created',
  'signing_credential.bound',
  'signing_credential.revoked',
  'signing_credential.withdrawn',
  'seal.created',
  'seal.revoked',
  'seal.withdrawn',
  'seal.made',
  'seal.failed',
  'activation.given',
  'signature.made',
  'signature.refused',
  'signature_request.created',
  'signature_request.readied',
  'signature_request.cancelled',
  'signature_request.expired',
  'signature_request.swept',
  'document.received',
  'document.refused',
  'document.removed',
  'document.fetched',
  'credential.listed',
  'hashes.signed',
  'documents.signed',
  'timestamp.given',
  'webhook.undelivered',
  'notice.sent',
  'notice.undelivered',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

export interface ServiceEvent {
  readonly type: EventType
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly subjectId?: string
  readonly clientId?: string
  /** Who looked or acted, when it was not the subject: a client id or `operator`. */
  readonly actor?: string
  readonly requestId?: string
  /** Codes and numbers only. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export interface EventSink {
  /** Durable when it resolves (concurrent callers share one insert). Throws `event_not_written`:
   *  a request whose event is lost must not succeed. */
  record(...events: readonly ServiceEvent[]): Promise<void>
  /** For machine traffic: bounded and batched. What is dropped is counted, and shown in the metrics. */
  enqueue(event: ServiceEvent): void
  /** Writes out what is queued. */
  flush(): Promise<void>
}
