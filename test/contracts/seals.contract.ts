import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { EventLog } from '../../src/ports/event-log.ts'
import type { EventSink, ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Seal, SealStore } from '../../src/ports/seal-store.ts'

export interface SealStores {
  readonly seals: SealStore
  readonly eventLog: EventLog
  readonly events: EventSink
  dump(): Promise<string>
}

const SECRET = 'سازمان نمونه با کلیدی که نام آن پوشیده است'

/** One in force an owner, whoever is how fast. */
export function sealsContract(stores: () => SealStores): void {
  describe('seals', () => {
    const seal = (owner: Seal['owner'] = `client:${randomUUID()}`): Seal => ({
      ...{ id: randomUUID(), owner, keyId: 'key-of-the-agency', alg: 'ES256' },
      organization: { name: SECRET, identifier: 'NTRIR-14000000134' },
      protection: 'software',
      certificateChain: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)],
      createdAt: 1_800_000_000_000,
      expiresAt: 1_900_000_000_000,
    })
    const event = (of: Seal, type: ServiceEvent['type'] = 'seal.created'): ServiceEvent => ({
      ...{ type, at: of.createdAt, clientId: of.owner },
    })
    const eventsOf = async ({ owner }: Seal) => {
      await stores().events.flush()
      const found = await stores().eventLog.list({ limit: 1000 })
      return found.filter(({ clientId }) => clientId === owner).map(({ type }) => type)
    }

    it('that are not decided are remembered, one an owner, until the seal is there', async () => {
      const { seals } = stores()
      const one = seal()
      const { id, owner, organization, keyId, alg, protection, createdAt } = one
      const asked = {
        ...{ id, owner, organization, keyId, alg, protection, createdAt },
        ...{ publicKey: Uint8Array.of(1, 2), request: Uint8Array.of(3) },
      }
      expect(await seals.requested(owner)).toBeUndefined()
      const twice = [asked, { ...asked, id: randomUUID(), keyId: 'other' }]
      const kept = await Promise.all(twice.map((request) => seals.remember(request)))
      expect(kept.filter(Boolean)).toHaveLength(1)
      expect(await seals.requested(owner)).toEqual(twice[kept.indexOf(true)])
      expect(await stores().dump()).not.toContain(SECRET)
      await seals.add(one, undefined, [])
      expect(await seals.requested(owner)).toBeUndefined()
      expect(await seals.remember(asked)).toBe(true)
      await seals.forget(asked.id)
      await seals.forget(asked.id)
      expect(await seals.requested(owner)).toBeUndefined()
    })

    it('come back as they were kept, and cannot be read in the store', async () => {
      const one = seal()
      expect(await stores().seals.add(one, undefined, [event(one)])).toBe(true)
      expect(await stores().seals.inForce(one.owner)).toEqual(one)
      expect(await stores().seals.list('all')).toContainEqual(one)
      expect(await eventsOf(one)).toEqual(['seal.created'])
      expect(await stores().seals.inForce('client:nobody')).toBeUndefined()
      expect(await stores().dump()).not.toMatch(/کلیدی که|key-of-the-agency/)
    })

    it('are one an owner: of many at once one is kept, with its event', async () => {
      const { owner } = seal()
      const many = Array.from({ length: 6 }, () => seal(owner))
      const added = await Promise.all(
        many.map((one) => stores().seals.add(one, undefined, [event(one)])),
      )
      expect(added.filter(Boolean)).toHaveLength(1)
      expect(await stores().seals.inForce(owner)).toEqual(many[added.indexOf(true)])
      expect(await eventsOf(many[0]!)).toEqual(['seal.created'])
    })

    it('give way to one that replaces them, once', async () => {
      const old = seal()
      await stores().seals.add(old, undefined, [])
      const many = Array.from({ length: 4 }, () => ({
        ...seal(old.owner),
        createdAt: old.createdAt + 5,
      }))
      const added = await Promise.all(many.map((one) => stores().seals.add(one, old.id, [])))
      expect(added.filter(Boolean)).toHaveLength(1)
      const ended = (await stores().seals.list('all')).find(({ id }) => id === old.id)
      expect(ended).toEqual({ ...old, ended: { at: old.createdAt + 5, reason: 'renewed' } })
    })

    it('do not end without a successor', async () => {
      const [old, other] = [seal(), seal()]
      await stores().seals.add(old, undefined, [])
      await stores().seals.add(other, undefined, [])
      // The new one of another owner is not added, so the old one stays.
      expect(await stores().seals.add(seal(other.owner), old.id, [])).toBe(false)
      expect(await stores().seals.inForce(old.owner)).toEqual(old)
    })

    it('end once, and wait until everybody knows', async () => {
      const one = seal()
      await stores().seals.add(one, undefined, [])
      const isUntold = async () =>
        (await stores().seals.untold(1000)).some(({ id }) => id === one.id)
      await stores().seals.told(one.id, 1, [event(one, 'seal.withdrawn')])
      expect(await isUntold()).toBe(false)
      const end = { at: one.createdAt + 1, reason: 'key_compromise' as const }
      const twice = await Promise.all(
        [1, 2].map(() => stores().seals.end(one.id, end, [event(one, 'seal.revoked')])),
      )
      expect(twice.filter(Boolean)).toHaveLength(1)
      expect(await stores().seals.inForce(one.owner)).toBeUndefined()
      const idsOf = async (which: 'all' | 'in_force') =>
        (await stores().seals.list(which)).map(({ id }) => id)
      expect(await idsOf('all')).toContain(one.id)
      expect(await idsOf('in_force')).not.toContain(one.id)
      expect(await isUntold()).toBe(true)
      await stores().seals.told(one.id, 1, [event(one, 'seal.withdrawn')])
      await stores().seals.told(one.id, 1, [event(one, 'seal.withdrawn')])
      expect(await isUntold()).toBe(false)
      expect((await eventsOf(one)).toSorted()).toEqual(['seal.revoked', 'seal.withdrawn'])
    })
  })
}
