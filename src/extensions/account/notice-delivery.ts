import { deliveries, nextTry, type DeliverySchedule } from '../../delivery/deliveries.ts'
import type { Repeating } from '../../delivery/repeating.ts'
import { UpstreamUnavailable } from '../../errors.ts'
import type { CitizenNotice } from '../../ports/citizen-notices.ts'
import type { Ports } from '../../ports/index.ts'
import type { Limit } from '../../ports/rate-limiter.ts'
import { nameOf } from './client-name.ts'
import { noticeText } from './notice-text.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
export const NOTICE_SCHEDULE: DeliverySchedule = {
  waits: [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR],
  giveUpAfter: 48 * HOUR,
  lookEvery: 2 * SECOND,
}
/** Longer than all gateways together may take: what a process took and died with is another one's after it. */
const LEASE = 60 * SECOND

/** What is over a limit comes later, and is not lost. */
const LIMITS = {
  overall: { name: 'notices_overall', points: 600, seconds: 60 },
  subject: { name: 'notices_subject', points: 30, seconds: 3600 },
} as const satisfies Readonly<Record<string, Limit>>

export type NoticePorts = Pick<
  Ports,
  'activations' | 'citizenNotices' | 'clients' | 'clock' | 'events' | 'limiter' | 'sms' | 'subjects'
>

/** `refused`: no gateway sends to this number. */
type Undelivered = 'no_gateway' | 'no_number' | 'refused' | 'gateways_away'

export type NoticeDelivery = Pick<Repeating, 'start' | 'stop'>

/** Tells citizens by text message what was signed with their keys and what became of their certificates: at least
 *  once, again and again while the gateways are away, and beside everything else: nobody waits for it. `host`: of the
 *  window. */
export function noticeDelivery(
  ports: NoticePorts,
  host: string,
  schedule: DeliverySchedule = NOTICE_SCHEDULE,
): NoticeDelivery {
  const { activations, citizenNotices, clients, clock, events, limiter, sms, subjects } = ports

  async function tell(notice: CitizenNotice): Promise<void> {
    const text = await textOf(notice)
    // Agreed to, and never signed.
    if (text === undefined) return citizenNotices.remove(notice)
    const to = await numberOf(notice.subjectId)
    if (to === undefined) return giveUp(notice, 'no_number')
    if (sms.tell === undefined) return giveUp(notice, 'no_gateway')
    const wait = await waitOf(notice)
    if (wait > 0) return citizenNotices.postpone(notice, clock.now() + wait, false)
    try {
      const sent = await sms.tell({ to, text, locale: notice.locale })
      if (sent === 'refused') return await giveUp(notice, 'refused')
      await note(notice, 'notice.sent', { gateway: sent.gateway })
      await citizenNotices.remove(notice)
    } catch (error) {
      if (!(error instanceof UpstreamUnavailable)) throw error
      await missed(notice)
    }
  }

  async function textOf({ kind, about, locale, at }: CitizenNotice): Promise<string | undefined> {
    if (kind !== 'signed') return noticeText(locale, { kind, client: '', count: 1, at, host })
    const [activation, count] = await Promise.all([
      activations.find(about),
      activations.spent(about),
    ])
    if (activation === undefined || count === 0) return undefined
    const { clientId } = activation
    const client = nameOf(await clients.find(clientId), locale) || clientId
    return noticeText(locale, { kind, client, count, at, host })
  }

  async function numberOf(subjectId: string): Promise<string | undefined> {
    const known = await subjects.identifiers(subjectId)
    return known.find(({ type }) => type === 'mobile')?.value
  }

  /** Milliseconds; 0: now. */
  async function waitOf({ subjectId }: CitizenNotice): Promise<number> {
    const own = await limiter.take(LIMITS.subject, subjectId)
    if (!own.allowed) return own.retryAfterSeconds * SECOND
    const all = await limiter.take(LIMITS.overall, 'all')
    if (all.allowed) return 0
    await limiter.giveBack(LIMITS.subject, subjectId)
    return all.retryAfterSeconds * SECOND
  }

  async function missed(notice: CitizenNotice): Promise<void> {
    const next = nextTry(schedule, { since: notice.at, tries: notice.tries }, clock.now())
    if (next === undefined) return giveUp(notice, 'gateways_away')
    await citizenNotices.postpone(notice, next, true)
  }

  /** The event comes first: who was not told is known to the operator. */
  async function giveUp(notice: CitizenNotice, reason: Undelivered): Promise<void> {
    await note(notice, 'notice.undelivered', { reason, tries: notice.tries + 1 })
    await citizenNotices.remove(notice)
  }

  async function note(
    { kind, subjectId }: CitizenNotice,
    type: 'notice.sent' | 'notice.undelivered',
    detail: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    await events.record({ type, at: clock.now(), subjectId, detail: { kind, ...detail } })
  }

  return deliveries({
    take: (most, until) => citizenNotices.take(most, until),
    tell,
    clock,
    leaseMs: LEASE,
    lookEvery: schedule.lookEvery,
  })
}
