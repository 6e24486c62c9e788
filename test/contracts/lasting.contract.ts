import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { sqlStores } from '../../adapters/sql/index.ts'
import type { Evidence, EvidenceFilter } from '../../src/ports/evidence-store.ts'

export interface LastingStores extends ReturnType<typeof sqlStores> {
  readonly clock: { later(ms: number): void; now(): number }
  dump(): Promise<string>
}

let last = 0
const mobile = () => ({
  type: 'mobile' as const,
  value: `+98912${String((last += 1)).padStart(7, '0')}`,
})

/** What the SQL stores do on PGlite as on PostgreSQL. */
export function lastingContract(stores: () => LastingStores): void {
  const evidence = (): Evidence => ({
    rank: 1,
    method: 'otp',
    amr: ['otp'],
    provedAt: stores().clock.now(),
    verifier: 'otp/1',
    detail: { channel: 'sms' },
  })
  const keep = (identifier: ReturnType<typeof mobile>, recycledAfter?: number) =>
    stores().evidence.keep({ identifier, evidence: [evidence()], events: [], recycledAfter })

  describe('proofs', () => {
    it('of one number name one subject', async () => {
      const number = mobile()
      const [first, second] = [await keep(number), await keep(number)]
      expect(first.isNewSubject).toBe(true)
      expect(second).toMatchObject({ isNewSubject: false, subjectId: first.subjectId })
      expect(await stores().subjects.findByIdentifier(number)).toMatchObject({
        id: first.subjectId,
        status: 'active',
      })
      expect(await stores().subjects.identifiers(first.subjectId)).toEqual([number])
      expect(await stores().evidence.ofSubject(first.subjectId)).toHaveLength(2)
    })

    it('of one number by twenty at once name one subject', async () => {
      const number = mobile()
      const kept = await Promise.all(Array.from({ length: 20 }, () => keep(number)))
      expect(new Set(kept.map((one) => one.subjectId)).size).toBe(1)
      expect(kept.filter((one) => one.isNewSubject)).toHaveLength(1)
    })

    it('of a number that was silent for long start a new subject', async () => {
      const number = mobile()
      const before = await keep(number, 1000)
      stores().clock.later(1001)
      const after = await keep(number, 1000)
      expect(after.isNewSubject).toBe(true)
      expect(after.subjectId).not.toBe(before.subjectId)
      expect(await stores().subjects.identifiers(before.subjectId)).toEqual([])
      const told = await stores().eventLog.list({ subjectId: after.subjectId, limit: 10 })
      const old = await stores().eventLog.list({ subjectId: before.subjectId, limit: 10 })
      expect(old.map((event) => event.type)).toContain('identifier.retired')
      expect(told.map((event) => event.type)).toEqual(expect.arrayContaining(['subject.created']))
    })

    it('are all or nothing', async () => {
      const number = mobile()
      const bad = { ...evidence(), rank: 100_000 }
      await expect(
        stores().evidence.keep({ identifier: number, evidence: [bad], events: [] }),
      ).rejects.toThrow()
      expect(await stores().subjects.findByIdentifier(number)).toBeUndefined()
    })

    it('leave no clear number in a dump', async () => {
      const number = mobile()
      await keep(number)
      expect(await stores().dump()).not.toContain(number.value.slice(1))
    })

    it('bring back what was signed, and leave no name of it in a dump', async () => {
      const name = 'قرارداد سارا و مینا.pdf'
      const detail = { things: JSON.stringify([{ name, sha256: 'a'.repeat(64) }]) }
      const { subjectId } = await stores().evidence.keep({
        identifier: mobile(),
        evidence: [{ ...evidence(), method: 'signature', detail }],
        events: [],
      })
      expect((await stores().evidence.ofSubject(subjectId))[0]?.detail).toEqual(detail)
      expect(await stores().dump()).not.toContain(name.slice(0, 8))
    })

    it('are found by level, method and time, in either order, and no more than were asked for', async () => {
      const identifier = mobile()
      const made = (rank: number, method: string, provedAt: number) =>
        ({ ...evidence(), rank, method, provedAt }) as const
      const { subjectId } = await stores().evidence.keep({
        identifier,
        evidence: [made(1, 'otp', 1000), made(4, 'signature', 2000), made(4, 'signature', 3000)],
        events: [],
      })
      const times = async (which?: EvidenceFilter) =>
        (await stores().evidence.ofSubject(subjectId, which)).map(({ provedAt }) => provedAt)
      expect(await times()).toEqual([3000, 2000, 1000])
      expect(await times({ method: 'signature', order: 'oldest', most: 1 })).toEqual([2000])
      expect(await times({ rank: 4, since: 2001 })).toEqual([3000])
      expect(await times({ rank: 1, method: 'signature' })).toEqual([])
    })
  })

  describe('session levels', () => {
    it('of two ways in the same second are both kept', async () => {
      const { subjectId } = await keep(mobile())
      await stores().sessionLevels.bind('s2', subjectId, [{ rank: 1, amr: ['otp'], provedAt: 1 }])
      await stores().sessionLevels.bind('s2', subjectId, [{ rank: 1, amr: ['hwk'], provedAt: 1 }])
      const [proof] = await stores().sessionLevels.held('s2', subjectId)
      expect(proof?.amr.toSorted()).toEqual(['hwk', 'otp'])
    })

    it('are bound once, to one person', async () => {
      const { subjectId } = await keep(mobile())
      const proof = { rank: 1, amr: ['otp'], provedAt: 100 }
      await stores().sessionLevels.bind('s1', subjectId, [proof])
      await stores().sessionLevels.bind('s1', subjectId, [
        proof,
        { ...proof, rank: 2, provedAt: 200 },
      ])
      expect(await stores().sessionLevels.held('s1', subjectId)).toEqual([
        proof,
        { ...proof, rank: 2, provedAt: 200 },
      ])
      expect(await stores().sessionLevels.held('s1', (await keep(mobile())).subjectId)).toEqual([])
    })
  })

  describe('events', () => {
    it('are there when record resolves, however many come at once', async () => {
      const clientId = `c${(last += 1)}`
      const one = { type: 'sign_in.completed' as const, at: 5, clientId }
      await Promise.all(Array.from({ length: 40 }, () => stores().events.record(one)))
      expect(await stores().eventLog.list({ clientId, limit: 100 })).toHaveLength(40)
    })

    it('of machines are written after a flush that found nothing', async () => {
      const clientId = `c${(last += 1)}`
      await stores().events.flush()
      stores().events.enqueue({ type: 'userinfo.read', at: 5, clientId })
      await stores().events.flush()
      expect(await stores().eventLog.list({ clientId, limit: 10 })).toHaveLength(1)
    })

    it('of machines are there after a flush', async () => {
      const clientId = `c${(last += 1)}`
      for (let i = 0; i < 10; i += 1)
        stores().events.enqueue({ type: 'userinfo.read', at: 5, clientId })
      await stores().events.flush()
      expect(await stores().eventLog.list({ clientId, limit: 100 })).toHaveLength(10)
    })
  })

  describe('passkeys', () => {
    it('refuse a counter that goes back', async () => {
      const { subjectId } = await keep(mobile())
      const credentialId = `p${(last += 1)}`
      const passkey = {
        credentialId,
        subjectId,
        publicKey: 'k',
        counter: 5,
        transports: ['internal'],
        isBackedUp: false,
        createdAt: 1,
      }
      await stores().authenticators.add(passkey)
      expect(await stores().authenticators.find(credentialId)).toMatchObject(passkey)
      expect(await stores().authenticators.used(credentialId, 6, 10)).toBe(true)
      expect(await stores().authenticators.used(credentialId, 4, 11)).toBe(false)
      await stores().authenticators.remove(subjectId, credentialId)
      expect(await stores().authenticators.ofSubject(subjectId)).toEqual([])
    })
  })

  describe('clients', () => {
    it('are kept sealed, changed and removed', async () => {
      const client = { client_id: `c${(last += 1)}`, client_secret: 'a-very-secret-secret' }
      await stores().clients.put(client)
      expect(await stores().clients.find(client.client_id)).toEqual(client)
      expect(await stores().dump()).not.toContain(client.client_secret)
      await stores().clients.put({ ...client, client_name: 'x' })
      expect(await stores().clients.find(client.client_id)).toMatchObject({ client_name: 'x' })
      await stores().clients.remove(client.client_id)
      expect(await stores().clients.find(client.client_id)).toBeUndefined()
    })
  })

  describe('notices of logout', () => {
    it('are taken by one of several at once, sealed, and again when their lease is over', async () => {
      const { logouts, clock } = stores()
      const ids = Array.from({ length: 20 }, () => randomUUID())
      const sid = `sid-${ids[0]}`
      for (const id of ids) {
        const notice = { id, clientId: 'rp', subjectId: 'someone', sid, endedAt: 1, tries: 0 }
        await logouts.add(notice, clock.now())
      }
      const taken = await Promise.all(
        Array.from({ length: 5 }, () => logouts.take(10, clock.now() + 1000)),
      )
      expect(
        taken
          .flat()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...ids].sort())
      expect(taken.flat()[0]).toMatchObject({ subjectId: 'someone', sid, tries: 0 })
      expect(await stores().dump()).not.toContain(sid)
      expect(await logouts.take(10, clock.now())).toEqual([])
      clock.later(1001)
      const [first, ...others] = await logouts.take(50, clock.now())
      await logouts.postpone(first?.id ?? '', clock.now())
      for (const { id } of others) await logouts.remove(id)
      expect(await logouts.take(50, clock.now())).toMatchObject([{ id: first?.id, tries: 1 }])
      await logouts.remove(first?.id ?? '')
    })
  })
}
