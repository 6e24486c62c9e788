import type { Context } from 'koa'
import type { DocumentStore } from '../../ports/document-store.ts'
import type { Ports } from '../../ports/index.ts'
import type { Sealer } from '../../signing/seals/sealer.ts'
import type { PdfInspector } from '../../signing/inspect/inspector.ts'

/** Who calls, by the access token that he shows. */
export interface Caller {
  readonly clientId: string
  /** Absent: the client speaks for itself. */
  readonly subjectId?: string
  readonly scopes: readonly string[]
  /** RFC 9396, as granted. */
  readonly details?: readonly Readonly<Record<string, unknown>>[]
}

export type CallerOf = (ctx: Context) => Promise<Caller | undefined>

/** A person as one client names him (pairwise `sub`). */
export interface SubjectNames {
  /** Undefined when it is no `sub` of this client's. */
  resolve(clientId: string, sub: string): Promise<string | undefined>
  subOf(clientId: string, subjectId: string): Promise<string>
}

export interface ServiceLimits {
  readonly documentBytes: number
  /** Uploads at the same time. Clients that send at the same time share them. */
  readonly uploads: number
  readonly documents: number
  /** New requests of one client in a minute. */
  readonly requestsPerMinute: number
  readonly listsPerMinute: number
  /** Documents that one client seals without signers, in a minute. */
  readonly sealsPerMinute: number
  /** Seconds. */
  readonly longestLife: number
  readonly usualLife: number
}

const DAY = 86_400
export const SERVICE_LIMITS: ServiceLimits = {
  documentBytes: 50 * 1024 * 1024,
  uploads: 20,
  documents: 50,
  requestsPerMinute: 600,
  listsPerMinute: 120,
  sealsPerMinute: 120,
  longestLife: 90 * DAY,
  usualLife: 7 * DAY,
}

export interface SigningServiceNeeds {
  readonly ports: Pick<
    Ports,
    'clock' | 'random' | 'events' | 'limiter' | 'secrets' | 'signatureRequests' | 'subjects'
  > & { readonly documents: DocumentStore }
  readonly bearer: CallerOf
  readonly subjects: SubjectNames
  readonly inspector: PdfInspector
  /** Absent: no agency has a seal. */
  readonly seals?: Sealer
  /** True on a developer's machine: webhooks may be plain http there. */
  readonly allowInside: boolean
  readonly limits?: Partial<ServiceLimits>
}
