import { repeating, type Repeating } from '../../delivery/repeating.ts'
import type { Clock } from '../../ports/clock.ts'
import type { DocumentStore } from '../../ports/document-store.ts'
import type {
  SignatureRequest,
  SignatureRequestStore,
} from '../../ports/signature-request-store.ts'

const DAY_MS = 86_400_000
export const LONGEST_RETENTION_DAYS = 365
/** Of a document's file after its request's time: it goes with its request, which is earlier. */
export const LONGEST_KEPT_MS = (LONGEST_RETENTION_DAYS + 35) * DAY_MS
const AT_ONCE = 100
const SWEEP_EVERY = 3_600_000

export interface RetentionNeeds {
  readonly clock: Clock
  readonly documents: Pick<DocumentStore, 'remove'>
  readonly signatureRequests: Pick<SignatureRequestStore, 'outlived' | 'remove'>
}

/** Removes requests that have come to their end, with their documents, so many days after their time (`expires_at`) was
 *  over: until then everything can be fetched, however early it was signed. The number of requests; one that cannot be
 *  removed now is left to the next sweep, and keeps no other. */
export async function sweepRequests(needs: RetentionNeeds, days: number): Promise<number> {
  const { clock, signatureRequests } = needs
  const before = clock.now() - days * DAY_MS
  let swept = 0
  for (let [found, gone] = [AT_ONCE, 1]; found === AT_ONCE && gone > 0;) {
    const over = await signatureRequests.outlived(before, AT_ONCE)
    const removals: boolean[] = []
    for (const request of over) removals.push(await isRemoved(needs, request))
    found = over.length
    gone = removals.filter(Boolean).length
    swept += gone
  }
  return swept
}

async function isRemoved(
  { clock, documents, signatureRequests }: RetentionNeeds,
  { id, clientId, documents: files }: SignatureRequest,
): Promise<boolean> {
  const event = { type: 'signature_request.swept', at: clock.now(), clientId } as const
  try {
    // Files first: of what breaks off in between the request is still there to be found.
    await Promise.all(files.map((file) => documents.remove(file.id)))
    await signatureRequests.remove(id, [{ ...event, detail: { request: id } }])
    return true
  } catch {
    return false
  }
}

export type RequestSweep = Pick<Repeating, 'start' | 'stop'>

/** Sweeps at the start and every hour, beside everything else: a document store that is away holds nothing up. */
export function requestSweep(
  needs: RetentionNeeds,
  days: number,
  everyMs = SWEEP_EVERY,
): RequestSweep {
  const { start, look, stop } = repeating(everyMs, () => sweepRequests(needs, days))
  return {
    start() {
      start()
      look()
    },
    stop,
  }
}
