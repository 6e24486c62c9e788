import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { NewNotice } from '../../src/ports/citizen-notices.ts'
import type { LastingStores } from './lasting.contract.ts'

/** What the outbox of messages to citizens does on PGlite as on PostgreSQL. */
export function citizenNoticesContract(stores: () => LastingStores): void {
  const now = () => stores().clock.now()
  const notice = (kind: NewNotice['kind'], about: string, more: Partial<NewNotice> = {}) => ({
    ...{ kind, about, subjectId: randomUUID(), locale: 'en' as const, at: now(), dueAt: now() },
    ...more,
  })
  const credential = (id: string) => ({
    ...{ id, subjectId: randomUUID(), keyId: 'k', certificateChain: [], passkeys: [] },
    ...{ alg: 'ES256' as const, protection: 'software' as const },
    ...{ createdAt: now(), expiresAt: now() + 1000 },
  })
  const activation = (id: string) => ({
    ...{ id, subjectId: randomUUID(), clientId: 'agency', credentialId: randomUUID() },
    ...{ hashes: ['h'], digests: [], text: '', proof: '{}', createdAt: now() },
    expiresAt: now() + 60_000,
  })
  /** Those about this one. */
  const takenOf = async (about: string, until = now()) =>
    (await stores().citizenNotices.take(1000, until)).filter((one) => one.about === about)

  describe('notices to citizens', () => {
    it('are written with what they are about, once, and taken by one of several', async () => {
      const id = randomUUID()
      const { signingCredentials, citizenNotices } = stores()
      const issued = notice('issued', id)
      await signingCredentials.add(credential(id), [], issued)
      const revoked = { at: now(), reason: 'superseded' as const }
      await Promise.all(
        [1, 2].map(() => signingCredentials.revoke(id, revoked, [], notice('revoked', id))),
      )
      const lease = now() + 1000
      const several = await Promise.all([1, 2, 3].map(() => takenOf(id, lease)))
      const taken = several.flat()
      expect(taken.map(({ kind }) => kind).sort()).toEqual(['issued', 'revoked'])
      const { dueAt: _, ...rest } = issued
      expect(taken).toContainEqual({ ...rest, tries: 0 })
      for (const one of taken) await citizenNotices.remove(one)
      stores().clock.later(1001)
      expect(await takenOf(id)).toEqual([])
    })

    it('are not there when what they are about is not', async () => {
      const id = randomUUID()
      const broken = { type: 'authenticator.added' as const, at: Number.NaN }
      const adding = stores().signingCredentials.add(credential(id), [broken], notice('issued', id))
      await expect(adding).rejects.toThrow()
      const [nonce, other] = [randomUUID(), randomUUID()]
      await stores().activations.add(activation(randomUUID()), nonce, [])
      await stores().activations.add(activation(other), nonce, [], notice('signed', other))
      expect([...(await takenOf(id)), ...(await takenOf(other))]).toEqual([])
    })

    it('wait for their time, or are hastened, and come back when their lease is over', async () => {
      const id = randomUUID()
      const { activations, citizenNotices, clock } = stores()
      const later = notice('signed', id, { dueAt: now() + 300_000 })
      await activations.add(activation(id), randomUUID(), [], later)
      expect(await takenOf(id)).toEqual([])
      await citizenNotices.hasten({ kind: 'issued', about: id })
      expect(await takenOf(id)).toEqual([])
      await citizenNotices.hasten(later)
      expect(await takenOf(id, now() + 1000)).toHaveLength(1)
      expect(await takenOf(id)).toEqual([])
      clock.later(1001)
      expect(await takenOf(id)).toHaveLength(1)
      await citizenNotices.postpone(later, now() + 500, true)
      await citizenNotices.postpone(later, now() + 500, false)
      // What has been tried keeps its own time.
      await citizenNotices.hasten(later)
      expect(await takenOf(id)).toEqual([])
      clock.later(501)
      expect(await takenOf(id)).toMatchObject([{ tries: 1, locale: 'en', at: later.at }])
      await citizenNotices.remove(later)
      await citizenNotices.remove(later)
      clock.later(1)
      expect(await takenOf(id)).toEqual([])
    })
  })
}
