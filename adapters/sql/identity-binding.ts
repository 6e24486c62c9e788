import type { Knex } from 'knex'
import type { ProvedIdentity } from '../../src/ports/evidence-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { addIdentifier, holderOf, renewIdentifier, retireIdentifier } from './identifier-rows.ts'
import { bindIdentity, lowerIdentity, readIdentity, renewIdentity } from './identity-rows.ts'
import {
  closeInto,
  insertSubject,
  lockSubject,
  removeAuthenticators,
  setPersonType,
} from './subject-rows.ts'

export interface Bound {
  readonly subjectId: string
  readonly isNewSubject: boolean
  readonly events: readonly ServiceEvent[]
}

interface Needs {
  readonly secrets: SecretBox
  readonly random: Random
}

/** Binds a proved identity within a transaction. One identity, one subject, for ever:
 *
 *  | the identity is | the subject is | |
 *  |---|---|---|
 *  | nobody's | nobody yet | bound |
 *  | this subject's | – | renewed |
 *  | another's | nobody yet | conflict; with consent the number goes there and this subject is closed |
 *  | nobody's or another's | somebody else | conflict; with consent the number goes to its own subject |
 */
export function identityBinding({ secrets, random }: Needs) {
  async function bind(
    trx: Knex,
    subjectId: string,
    identity: ProvedIdentity,
    now: number,
  ): Promise<Bound | 'identity_conflict'> {
    const isOpen = await lockSubject(trx, subjectId)
    const owner = await holderOf(trx, secrets, identity.identifier)
    if (owner?.subjectId === subjectId) return renew(trx, subjectId, identity, now)
    const own = await readIdentity(trx, secrets, subjectId)
    if (owner === undefined && own === undefined && isOpen) {
      return first(trx, subjectId, identity, now)
    }
    if (!identity.mayMove) return 'identity_conflict'
    return move(
      trx,
      { from: subjectId, to: owner?.subjectId, isSomebody: own !== undefined },
      identity,
      now,
    )
  }

  async function renew(trx: Knex, subjectId: string, identity: ProvedIdentity, now: number) {
    await renewIdentifier(trx, secrets, identity.identifier, now)
    await renewIdentity(trx, secrets, subjectId, { ...identity, now })
    return bound(subjectId, false, [{ type: 'identity.checked', at: now }])
  }

  /** A passkey that was made before anybody knew whose account this is proves nothing about this person:
   *  the number may have had another holder then. */
  async function first(trx: Knex, subjectId: string, identity: ProvedIdentity, now: number) {
    const { identifier, personType } = identity
    await addIdentifier(trx, secrets, { subjectId, provedAt: now }, identifier)
    await bindIdentity(trx, secrets, subjectId, { ...identity, now })
    await setPersonType(trx, subjectId, personType)
    const removed = await removeAuthenticators(trx, subjectId)
    return bound(subjectId, false, [
      { type: 'identity.bound', at: now, detail: { person_type: personType } },
      ...removals(removed, now, subjectId),
    ])
  }

  /** The registry says whose number it is, and the person said where it should go. */
  async function move(
    trx: Knex,
    { from, to, isSomebody }: { from: string; to: string | undefined; isSomebody: boolean },
    identity: ProvedIdentity,
    now: number,
  ): Promise<Bound | 'identity_conflict'> {
    const number: Identifier = { type: 'mobile', value: identity.mobile }
    const holder = await holderOf(trx, secrets, number)
    if (holder?.subjectId !== from) return 'identity_conflict'
    await retireIdentifier(trx, secrets, number, now)
    const left = await leave(trx, from, isSomebody, now)
    const target = to ?? random.uuid()
    if (to === undefined) await insertSubject(trx, target, now)
    await addIdentifier(trx, secrets, { subjectId: target, provedAt: now }, number)
    if (!isSomebody) await closeInto(trx, from, target)
    const moved: ServiceEvent[] = [
      { type: 'identifier.retired', at: now, subjectId: from, detail: { type: 'mobile' } },
      ...left,
      { type: 'identifier.added', at: now, subjectId: target, detail: { type: 'mobile' } },
    ]
    const arrived =
      to === undefined
        ? await first(trx, target, identity, now)
        : await renew(trx, target, identity, now)
    const created: ServiceEvent[] =
      to === undefined ? [{ type: 'subject.created', at: now, subjectId: target }] : []
    return bound(target, to === undefined, [...created, ...moved, ...arrived.events])
  }

  /** Somebody else keeps his account and loses the number, and with it what the number proved. A subject that
   *  was nobody yet is closed. */
  async function leave(
    trx: Knex,
    from: string,
    isSomebody: boolean,
    now: number,
  ): Promise<ServiceEvent[]> {
    if (isSomebody) {
      const reason = 'number_moved'
      const isNews = await lowerIdentity(trx, from, reason, now)
      return isNews
        ? [{ type: 'identity.lowered', at: now, subjectId: from, detail: { reason } }]
        : []
    }
    const removed = await removeAuthenticators(trx, from)
    return [{ type: 'subject.joined', at: now, subjectId: from }, ...removals(removed, now, from)]
  }

  return bind
}

function bound(subjectId: string, isNewSubject: boolean, events: readonly ServiceEvent[]): Bound {
  return { subjectId, isNewSubject, events: events.map((event) => ({ subjectId, ...event })) }
}

function removals(count: number, at: number, subjectId: string): ServiceEvent[] {
  if (count === 0) return []
  return [{ type: 'authenticator.removed', at, subjectId, detail: { count } }]
}
