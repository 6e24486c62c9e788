/** One one-time code to one number. */
export interface CodeMessage {
  /** E.164. */
  readonly to: string
  readonly code: string
  /** The whole text, WebOTP line included. */
  readonly text: string
  readonly locale: 'fa' | 'en'
  /** The message that this one repeats: unless it was delivered, another gateway is tried first. */
  readonly repeats?: SmsReceipt
}

/** A message without a code. */
export interface TextMessage {
  /** E.164. */
  readonly to: string
  readonly text: string
  readonly locale: 'fa' | 'en'
}

export interface SmsReceipt {
  readonly gateway: string
  readonly messageId: string
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'unknown'

export interface SmsGateway {
  readonly name: string
  /** `refused`: this gateway works and does not send to this number. Throws UpstreamUnavailable when the
   *  gateway did not take the message. */
  send(message: CodeMessage, signal?: AbortSignal): Promise<SmsReceipt | 'refused'>
  /** Likewise; absent: this gateway is set up for codes alone. */
  tell?(message: TextMessage, signal?: AbortSignal): Promise<SmsReceipt | 'refused'>
  status(messageId: string, signal?: AbortSignal): Promise<DeliveryStatus>
}
