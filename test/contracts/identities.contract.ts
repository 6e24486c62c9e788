import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { KeptProof, ProvedIdentity } from '../../src/ports/evidence-store.ts'
import type { LastingStores } from './lasting.contract.ts'

let last = 0
const next = () => String((last += 1)).padStart(7, '0')
const CHECK = {
  registry: 'civil',
  verifier: 'civil-gsb/1',
  requestId: '1',
  answerHash: 'h',
} as const

/** Who somebody is: bound once, and to one subject. */
export function identitiesContract(stores: () => LastingStores): void {
  async function signUp() {
    const mobile = `+98913${next()}`
    const { subjectId } = await again(mobile)
    return { subjectId, mobile }
  }
  const again = (mobile: string) =>
    stores().evidence.keep({
      identifier: { type: 'mobile', value: mobile },
      evidence: [],
      events: [],
    })

  function person(nationalId = `999${next()}`) {
    return {
      identifier: { type: 'national_id', value: nationalId },
      personType: 'natural_ir',
      attributes: { givenName: 'سارا', familyName: 'نمونه‌زاده', birthDate: '1991-03-21' },
      checks: [{ ...CHECK, at: 1 }],
    } as const satisfies Omit<ProvedIdentity, 'mobile' | 'mayMove'>
  }
  const prove = (
    { subjectId, mobile }: { subjectId: string; mobile: string },
    who: Omit<ProvedIdentity, 'mobile' | 'mayMove'>,
    mayMove = false,
  ) =>
    stores().evidence.keepIdentity({
      subjectId,
      identity: { ...who, mobile, mayMove },
      evidence: [
        {
          rank: 2,
          method: 'registry',
          amr: [],
          provedAt: stores().clock.now(),
          verifier: 'registry/1',
          detail: {},
        },
      ],
      events: [{ type: 'level.proved', at: stores().clock.now() }],
    })
  const kept = (result: KeptProof | string) => {
    if (typeof result === 'string') throw new Error(result)
    return result
  }
  const eventsOf = async (subjectId: string) =>
    (await stores().eventLog.list({ subjectId, limit: 50 })).map(({ type }) => type)

  const passkey = (subjectId: string) => ({
    credentialId: randomUUID(),
    subjectId,
    publicKey: 'AA',
    counter: 0,
    transports: [],
    isBackedUp: false,
    createdAt: 1,
  })

  describe('identities', () => {
    it('are bound to the subject of the number, and read back', async () => {
      const [sara, who] = [await signUp(), person()]
      await stores().authenticators.add(passkey(sara.subjectId))
      expect(kept(await prove(sara, who)).subjectId).toBe(sara.subjectId)
      expect(await stores().identities.ofSubject(sara.subjectId)).toMatchObject({
        ...who,
        subjectId: sara.subjectId,
        boundAt: stores().clock.now(),
      })
      expect(await stores().subjects.find(sara.subjectId)).toMatchObject({
        personType: 'natural_ir',
      })
      // Made before anybody knew whose account it is.
      expect(await stores().authenticators.ofSubject(sara.subjectId)).toEqual([])
      expect(await eventsOf(sara.subjectId)).toEqual(
        expect.arrayContaining(['identity.bound', 'authenticator.removed', 'level.proved']),
      )
    })

    it('are renewed by a later check, and stay bound since the first', async () => {
      const [sara, who] = [await signUp(), person()]
      await prove(sara, who)
      const before = await stores().identities.ofSubject(sara.subjectId)
      stores().clock.later(1000)
      const renamed = { ...who, attributes: { ...who.attributes, familyName: 'دیگر' } }
      await prove(sara, renamed)
      expect(await stores().identities.ofSubject(sara.subjectId)).toMatchObject({
        attributes: renamed.attributes,
        boundAt: before?.boundAt,
        checkedAt: stores().clock.now(),
      })
    })

    it('belong to one of many who claim one at once', async () => {
      const who = person()
      const all = await Promise.all(Array.from({ length: 8 }, signUp))
      const results = await Promise.all(all.map((one) => prove(one, who)))
      expect(results.filter((one) => one !== 'identity_conflict')).toHaveLength(1)
      const bound = await Promise.all(
        all.map(({ subjectId }) => stores().identities.ofSubject(subjectId)),
      )
      expect(bound.filter((one) => one !== undefined)).toHaveLength(1)
    })

    it('are one a subject, even when two are claimed for it at once', async () => {
      const sara = await signUp()
      const results = await Promise.all(Array.from({ length: 6 }, () => prove(sara, person())))
      expect(results.filter((one) => one !== 'identity_conflict')).toHaveLength(1)
    })

    it('are never taken from their subject, nor joined without consent', async () => {
      const [sara, other, who] = [await signUp(), await signUp(), person()]
      await prove(sara, who)
      expect(await prove(other, who)).toBe('identity_conflict')
      expect(await stores().identities.ofSubject(other.subjectId)).toBeUndefined()
      expect(await stores().evidence.ofSubject(other.subjectId)).toEqual([])
      expect(await eventsOf(other.subjectId)).not.toContain('level.proved')
    })

    it('take a second number of the same person, with consent', async () => {
      const [sara, second, who] = [await signUp(), await signUp(), person()]
      await prove(sara, who)
      await stores().authenticators.add(passkey(second.subjectId))
      const joined = kept(await prove(second, who, true))
      expect(joined).toMatchObject({ subjectId: sara.subjectId, isNewSubject: false })
      expect(await stores().subjects.identifiers(sara.subjectId)).toEqual(
        expect.arrayContaining([
          { type: 'mobile', value: sara.mobile },
          { type: 'mobile', value: second.mobile },
        ]),
      )
      expect(await stores().subjects.find(second.subjectId)).toMatchObject({ status: 'closed' })
      expect(await stores().authenticators.ofSubject(second.subjectId)).toEqual([])
      expect((await again(second.mobile)).subjectId).toBe(sara.subjectId)
      expect(await eventsOf(second.subjectId)).toContain('subject.joined')
    })

    it('let a number that changed hands go to its new owner, and its old one keep his account', async () => {
      const [sara, reza] = [person(), person()]
      const old = await signUp()
      await prove(old, sara)
      stores().clock.later(1000)
      const fresh = kept(await prove(old, reza, true))
      expect(fresh.isNewSubject).toBe(true)
      expect(await stores().identities.ofSubject(fresh.subjectId)).toMatchObject(reza)
      expect(await stores().identities.ofSubject(old.subjectId)).toMatchObject({
        ...sara,
        lowered: { reason: 'number_moved', at: stores().clock.now() },
      })
      expect(await stores().subjects.find(old.subjectId)).toMatchObject({ status: 'active' })
      expect(await stores().subjects.identifiers(old.subjectId)).toEqual([sara.identifier])
      expect((await again(old.mobile)).subjectId).toBe(fresh.subjectId)
    })

    it('do not move a number that is not the subject’s own', async () => {
      const [sara, reza, third] = [await signUp(), await signUp(), await signUp()]
      const who = person()
      await prove(sara, who)
      expect(await prove({ ...third, mobile: reza.mobile }, who, true)).toBe('identity_conflict')
    })

    it('are lowered once, with the events of the first time, until a check says yes again', async () => {
      const [sara, who] = [await signUp(), person()]
      await prove(sara, who)
      const { identities, clock } = stores()
      const event = { type: 'identity.lowered', at: clock.now() } as const
      await identities.lower(sara.subjectId, 'deceased', 5, [event])
      await identities.lower(sara.subjectId, 'number_moved', 9, [event])
      expect((await identities.ofSubject(sara.subjectId))?.lowered).toEqual({
        reason: 'deceased',
        at: 5,
      })
      expect((await eventsOf(sara.subjectId)).filter((one) => one === event.type)).toHaveLength(1)
      await prove(sara, who)
      expect((await identities.ofSubject(sara.subjectId))?.lowered).toBeUndefined()
    })

    it('are unreadable in the database', async () => {
      const [sara, who] = [await signUp(), person()]
      await prove(sara, who)
      const dump = await stores().dump()
      for (const secret of [
        who.identifier.value,
        'نمونه‌زاده',
        '1991-03-21',
        sara.mobile.slice(3),
      ]) {
        expect(dump).not.toContain(secret)
      }
    })
  })
}
