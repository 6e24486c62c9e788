import type { ServiceEvent } from './event-sink.ts'

export const SIGNATURE_PROFILES = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const
export type SignatureProfile = (typeof SIGNATURE_PROFILES)[number]

/** On what is uploaded, under the signers; or over the last of them. */
export const SEAL_ORDERS = ['before', 'after'] as const

/** `open`: documents may still come; `ready`: waits for its signers, one after the other; the rest is final. */
export const SIGNATURE_REQUEST_STATES = [
  'open',
  'ready',
  'signed',
  'refused',
  'cancelled',
  'expired',
] as const
export type SignatureRequestState = (typeof SIGNATURE_REQUEST_STATES)[number]

/** Nothing changes any more; the webhook is called. */
export const FINAL_STATES: readonly SignatureRequestState[] = [
  'signed',
  'refused',
  'cancelled',
  'expired',
]

export interface RequestedDocument {
  /** In the document store; a new one after each signature. */
  readonly id: string
  readonly name: string
  /** Media type; absent: application/pdf. */
  readonly type?: string
  /** Bytes. */
  readonly size: number
  /** Hex, SHA-256 of the file as it is now. */
  readonly sha256: string
  /** Hex, SHA-256 of the file as it came. */
  readonly uploadedSha256: string
}

export interface RequestedSigner {
  /** Undefined, and no hash either: whoever comes first, where the agency allows it. */
  readonly subjectId?: string
  /** `intendedSigner` (src/identity) of a person's national ID, until that person has signed. */
  readonly nationalIdHash?: string
  readonly signedAt?: number
  /** References of the signatures, one a document. */
  readonly signatures?: readonly string[]
}

/** Documents that an agency wants signed, by whom and how. */
export interface SignatureRequest {
  readonly id: string
  readonly clientId: string
  readonly state: SignatureRequestState
  readonly documents: readonly RequestedDocument[]
  /** In order: each signs after the one before. */
  readonly signers: readonly RequestedSigner[]
  readonly profile: SignatureProfile
  /** In the agency's words, shown to the signer. */
  readonly purpose: string
  /** Where the visible signature goes; absent: none is seen. */
  readonly appearance?: Readonly<Record<string, string | number | boolean>>
  /** The client's own seal on each document; absent: none. */
  readonly seal?: {
    readonly order: (typeof SEAL_ORDERS)[number]
    /** Where it is seen; absent: nowhere. */
    readonly appearance?: SignatureRequest['appearance']
  }
  /** https, called when the state changes. */
  readonly webhook?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly expiresAt: number
  readonly version: number
}

/** Requests of one client, newest first. */
export interface RequestQuery {
  readonly clientId: string
  readonly state?: SignatureRequestState
  /** The last one of the page before. */
  readonly after?: { readonly createdAt: number; readonly id: string }
  readonly most: number
}

export interface SignatureRequestStore {
  add(request: Omit<SignatureRequest, 'version'>, events: readonly ServiceEvent[]): Promise<void>
  find(id: string): Promise<SignatureRequest | undefined>
  /** Undefined when somebody else was faster: read it again. Durable together with its events and, when the state is
   *  final, with the notice for its webhook. */
  save(
    request: SignatureRequest,
    events: readonly ServiceEvent[],
  ): Promise<SignatureRequest | undefined>
  /** Some that are `open` or `ready` although their time is over. */
  overdue(most: number): Promise<readonly SignatureRequest[]>
  ofClient(query: RequestQuery): Promise<readonly SignatureRequest[]>
  /** Some that have come to their end and whose time (`expiresAt`) was over before this moment. */
  outlived(before: number, most: number): Promise<readonly SignatureRequest[]>
  /** Durable together with its events; only what has come to its end. Safe to repeat: false when it was not there. */
  remove(id: string, events: readonly ServiceEvent[]): Promise<boolean>
}
