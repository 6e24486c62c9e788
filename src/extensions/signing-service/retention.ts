import type { Clock } from '../../ports/clock.ts'
import type { DocumentStore } from '../../ports/document-store.ts'
import type { SignatureRequestStore } from '../../ports/signature-request-store.ts'

const DAY_MS = 86_400_000
export const LONGEST_RETENTION_DAYS = 365
/** Of a document's file after its request's time: it goes with its request, which is earlier. */
export const LONGEST_KEPT_MS = (LONGEST_RETENTION_DAYS + 35) * DAY_MS
const AT_ONCE = 100

export interface RetentionNeeds {
  readonly clock: Clock
  readonly documents: Pick<DocumentStore, 'remove'>
  readonly signatureRequests: Pick<SignatureRequestStore, 'outlived' | 'remove'>
}

/** Removes requests that have come to their end, with their documents, so many days after their time (`expires_at`) was
 *  over: until then everything can be fetched, however early it was signed. The number of requests. */
export async function sweepRequests(
  { clock, documents, signatureRequests }: RetentionNeeds,
  days: number,
): Promise<number> {
  const before = clock.now() - days * DAY_MS
  let swept = 0
  for (let found = AT_ONCE; found === AT_ONCE;) {
    const over = await signatureRequests.outlived(before, AT_ONCE)
    for (const { id, clientId, documents: files } of over) {
      // Files first: of what breaks off in between the request is still there to be found.
      await Promise.all(files.map((file) => documents.remove(file.id)))
      const event = { type: 'signature_request.swept', at: clock.now(), clientId } as const
      await signatureRequests.remove(id, [{ ...event, detail: { request: id } }])
    }
    found = over.length
    swept += found
  }
  return swept
}
