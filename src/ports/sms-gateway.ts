/** One one-time code to one number. */
export interface CodeMessage {
  /** E.164. */
  readonly to: string
  readonly code: string
  /** The whole text, WebOTP line included. */
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
  /** Throws UpstreamUnavailable when the gateway did not take the message. */
  send(message: CodeMessage): Promise<SmsReceipt>
  status(messageId: string): Promise<DeliveryStatus>
}
