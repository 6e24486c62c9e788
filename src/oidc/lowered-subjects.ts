import type Provider from 'oidc-provider'
import type { Session } from 'oidc-provider'
import { repeating } from '../delivery/repeating.ts'
import type { Ports } from '../ports/index.ts'
import { NotKept, type SendLogout } from './logout-delivery.ts'

type Needs = Pick<Ports, 'artifacts' | 'clock' | 'events' | 'identities' | 'sessionLevels'>

export interface LoweredSubjects {
  start(): void
  /** Waits for what is under way. */
  stop(): Promise<void>
  /** Ends what is to be ended now. */
  end(): Promise<void>
}

const LOOK_EVERY = 2_000
const AT_ONCE = 50
/** What a lowered identity no longer bears. */
const LOWEST_RANK = 2

/** When the registries take their word back (a death, a number that changed hands), the sessions above level 1
 *  end, their tokens die, and the agencies are told. Until then nothing new is issued on them: what was proved
 *  before counts no longer from the moment it is written down. */
export function loweredSubjects(
  provider: Provider,
  ports: Needs,
  onLowered: (subjectId: string) => Promise<void> = async () => undefined,
): LoweredSubjects {
  const { artifacts, clock, events, identities, sessionLevels } = ports

  async function endSessions(subjectId: string): Promise<void> {
    for (const uid of await sessionLevels.sessionsOf(subjectId, LOWEST_RANK)) {
      const session = await provider.Session.findByUid(uid)
      if (session?.accountId === subjectId) await end(session, subjectId)
    }
    await onLowered(subjectId)
    await identities.told(subjectId, clock.now())
  }

  async function end(session: Session, subjectId: string): Promise<void> {
    for (const [clientId, { sid, grantId }] of Object.entries(session.authorizations ?? {})) {
      if (grantId !== undefined) await artifacts.revokeGrant(grantId)
      await tell(clientId, subjectId, sid)
    }
    await events.record({
      type: 'session.ended',
      at: clock.now(),
      subjectId,
      detail: { reason: 'identity_lowered' },
    })
    await signOut(session)
  }

  /** The notice is kept before the first try, and tried again for a day (logout-delivery). */
  async function tell(clientId: string, subjectId: string, sid: string | undefined): Promise<void> {
    const client = await provider.Client.find(clientId)
    if (client?.backchannelLogoutUri === undefined || sid === undefined) return
    const { backchannelLogout } = client as unknown as { backchannelLogout: SendLogout }
    await backchannelLogout.call(client, subjectId, sid).catch((error: unknown) => {
      if (error instanceof NotKept) throw error
    })
  }

  /** Emptied, not destroyed: the person may be in the middle of a page that tells him why, and returns to the
   *  service by this very session. */
  async function signOut(session: Session): Promise<void> {
    const left = (session.exp ?? 0) - Math.floor(clock.now() / 1000)
    Object.assign(session, NOBODY)
    if (left > 0) await session.save(left)
  }

  async function endAll(): Promise<void> {
    for (const subjectId of await identities.untold(AT_ONCE)) await endSessions(subjectId)
  }

  const { start, stop } = repeating(LOOK_EVERY, endAll)
  return { start, stop, end: endAll }
}

const NOBODY = {
  accountId: undefined,
  acr: undefined,
  amr: undefined,
  loginTs: undefined,
  authorizations: undefined,
}
