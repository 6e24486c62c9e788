import type Provider from 'oidc-provider'
import type { Client } from 'oidc-provider'
import { deliveries, nextTry, type DeliverySchedule } from '../delivery/deliveries.ts'
import type { Repeating } from '../delivery/repeating.ts'
import type { LogoutNotice } from '../ports/logout-notices.ts'
import type { Ports } from '../ports/index.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
export const LOGOUT_SCHEDULE: DeliverySchedule = {
  waits: [10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR],
  giveUpAfter: 24 * HOUR,
  lookEvery: 5 * SECOND,
}
/** Longer than any call to an agency: what a process took and died with is another one's after it. */
const LEASE = 30 * SECOND

export type LogoutOutcome = 'delivered' | 'failed' | 'given_up'

export type LogoutDelivery = Pick<Repeating, 'start' | 'stop'>

type Needs = Pick<Ports, 'clock' | 'events' | 'logouts' | 'random'>
/** Not in the types: signs a logout token and posts it; throws unless the answer is 200 or 204. */
export type SendLogout = (this: Client, subjectId: string, sid: string) => Promise<void>

/** OIDC Back-Channel Logout 1.0 section 2.7 leaves open what happens when an agency is away. Here a notice
 *  is kept before the first try, and tried again, with a token of its own each time, until it was taken. */
export function logoutDelivery(
  provider: Provider,
  { clock, events, logouts, random }: Needs,
  schedule: DeliverySchedule = LOGOUT_SCHEDULE,
  count: (outcome: LogoutOutcome) => void = () => undefined,
): LogoutDelivery {
  const prototype = provider.Client.prototype as unknown as { backchannelLogout: SendLogout }
  const send = prototype.backchannelLogout

  async function attempt(client: Client, notice: LogoutNotice): Promise<void> {
    try {
      await send.call(client, notice.subjectId, notice.sid)
    } catch (error) {
      await missed(notice)
      throw error
    }
    await logouts.remove(notice.id)
    count('delivered')
  }
  async function missed({ id, tries, ...notice }: LogoutNotice): Promise<void> {
    count('failed')
    const next = nextTry(schedule, { since: notice.endedAt, tries }, clock.now())
    if (next === undefined) return giveUp({ id, tries: tries + 1, ...notice })
    await logouts.postpone(id, next)
  }
  /** The event comes first: what nobody will be told again is known to the operator. */
  async function giveUp({ id, clientId, subjectId, tries }: LogoutNotice): Promise<void> {
    const event = { type: 'logout.undelivered', at: clock.now(), clientId, subjectId } as const
    await events.record({ ...event, detail: { tries } })
    await logouts.remove(id)
    count('given_up')
  }
  /** A client that is gone, or wants to be told no longer, ends its notices. */
  async function again(notice: LogoutNotice): Promise<void> {
    const client = await provider.Client.find(notice.clientId)
    if (client?.backchannelLogoutUri === undefined) return giveUp(notice)
    await attempt(client, notice)
  }

  async function first(client: Client, subjectId: string, sid: string): Promise<void> {
    const now = clock.now()
    const { clientId } = client
    const notice = { id: random.uuid(), clientId, subjectId, sid, endedAt: now, tries: 0 }
    await logouts.add(notice, now + LEASE).catch((cause: unknown) => {
      throw new NotKept(cause)
    })
    await attempt(client, notice)
  }
  prototype.backchannelLogout = function (subjectId, sid) {
    return first(this, subjectId, sid)
  }
  // Thrown here, it ends the request before the session is: the person can sign out again.
  provider.on('backchannel.error', (_ctx, error) => {
    if (error instanceof NotKept) throw error.cause
  })

  return deliveries({
    take: (most, until) => logouts.take(most, until),
    tell: again,
    clock,
    leaseMs: LEASE,
    lookEvery: schedule.lookEvery,
  })
}

/** A notice that is not in the store: whoever ends a session must not go on. */
export class NotKept extends Error {
  constructor(cause: unknown) {
    super('the notice could not be kept', { cause })
  }
}
