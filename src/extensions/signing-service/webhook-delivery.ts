import { deliveries, nextTry, type DeliverySchedule } from '../../delivery/deliveries.ts'
import type { Repeating } from '../../delivery/repeating.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventSink } from '../../ports/event-sink.ts'
import type {
  SignatureRequest,
  SignatureRequestStore,
} from '../../ports/signature-request-store.ts'
import type { WebhookNotice, WebhookNotices } from '../../ports/webhook-notices.ts'
import { shownDocument } from './wire.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
export const WEBHOOK_SCHEDULE: DeliverySchedule = {
  waits: [10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR],
  giveUpAfter: 72 * HOUR,
  lookEvery: 2 * SECOND,
}
/** Longer than any call to an agency: what a process took and died with is another one's after it. */
const LEASE = 30 * SECOND
const AT_ONCE = 20

export const EVENT = 'urn:panjereh:event:signature-request'
export const EVENT_TYPE = 'secevent+jwt'

export interface WebhookNeeds {
  readonly clock: Clock
  readonly events: EventSink
  readonly signatureRequests: SignatureRequestStore
  readonly webhooks: WebhookNotices
  readonly issuer: string
  /** A compact JWT with the window's own key; `typ` goes into its header. */
  readonly sign: (claims: Readonly<Record<string, unknown>>, typ: string) => Promise<string>
  /** POSTs to an address that a stranger has named: https, no redirects, never inside our own network, with an end to
   *  its time. The status of the answer; throws when there is none. */
  readonly post: (
    address: string,
    message: { readonly type: string; readonly body: string },
  ) => Promise<number>
}

export type WebhookDelivery = Pick<Repeating, 'start' | 'stop'>

/** Tells agencies the end of their requests by security event tokens (RFC 8417), pushed over HTTP (RFC 8935), again
 *  and again until one is taken. Requests whose time is over come to their end here, too. */
export function webhookDelivery(
  needs: WebhookNeeds,
  schedule: DeliverySchedule = WEBHOOK_SCHEDULE,
): WebhookDelivery {
  const { clock, events, signatureRequests, webhooks } = needs

  /** The same `jti` each time: who has it already knows that. */
  function claimsOf(request: SignatureRequest, { id, clientId, endedAt }: WebhookNotice) {
    return {
      ...{ iss: needs.issuer, aud: clientId, jti: id },
      iat: Math.floor(clock.now() / 1000),
      toe: Math.floor(endedAt / 1000),
      events: {
        [EVENT]: {
          request: request.id,
          state: request.state,
          documents: request.documents
            .map(shownDocument)
            .map(({ number, sha256 }) => ({ number, sha256 })),
        },
      },
    }
  }

  async function tell(notice: WebhookNotice): Promise<void> {
    const request = await signatureRequests.find(notice.requestId)
    if (request?.webhook === undefined) return giveUp(notice)
    if (await isTaken(request, request.webhook, notice)) return webhooks.remove(notice.id)
    return missed(notice)
  }

  async function isTaken(request: SignatureRequest, address: string, notice: WebhookNotice) {
    const body = await needs.sign(claimsOf(request, notice), EVENT_TYPE)
    const posting = needs.post(address, { type: `application/${EVENT_TYPE}`, body })
    const status = await posting.catch(() => 0)
    return status >= 200 && status < 300
  }

  async function missed(notice: WebhookNotice): Promise<void> {
    const next = nextTry(schedule, { since: notice.endedAt, tries: notice.tries }, clock.now())
    if (next === undefined) return giveUp(notice)
    await webhooks.postpone(notice.id, next)
  }

  /** The event comes first: what nobody will be told again is known to the operator. */
  async function giveUp({ id, clientId, requestId, tries }: WebhookNotice): Promise<void> {
    const detail = { request: requestId, tries: tries + 1 }
    await events.record({ type: 'webhook.undelivered', at: clock.now(), clientId, detail })
    await webhooks.remove(id)
  }

  async function expire(): Promise<void> {
    for (const request of await signatureRequests.overdue(AT_ONCE)) {
      const { id, clientId } = request
      const detail = { request: id }
      await signatureRequests.save({ ...request, state: 'expired' }, [
        { type: 'signature_request.expired', at: clock.now(), clientId, detail },
      ])
    }
  }

  return deliveries({
    take: (most, until) => webhooks.take(most, until),
    tell,
    clock,
    leaseMs: LEASE,
    lookEvery: schedule.lookEvery,
    before: expire,
  })
}
