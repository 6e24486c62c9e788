import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { ActivatedPart, Activation } from '../../src/ports/activation-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { SignatureRequest } from '../../src/ports/signature-request-store.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { LastingStores } from './lasting.contract.ts'

const SECRET = 'گواهی سارا نمونه‌زاده'

/** What the stores of level 4 do on PGlite as on PostgreSQL. */
export function signingContract(stores: () => LastingStores): void {
  const now = () => stores().clock.now()
  const event = (subjectId: string): ServiceEvent => ({
    type: 'authenticator.added',
    at: now(),
    subjectId,
  })
  const eventsOf = async (subjectId: string) =>
    (await stores().eventLog.list({ subjectId, limit: 10 })).length

  describe('signing credentials', () => {
    const credential = (subjectId: string = randomUUID()): SigningCredential => ({
      id: randomUUID(),
      subjectId,
      keyId: 'key-of-sara',
      alg: 'ES256',
      protection: 'software',
      certificateChain: [new TextEncoder().encode(SECRET), Uint8Array.of(1, 2, 3)],
      passkeys: ['one'],
      createdAt: now(),
      expiresAt: now() + 1000,
    })

    it('come back as they were kept, newest first', async () => {
      const first = credential()
      const second = { ...credential(first.subjectId), createdAt: now() + 1 }
      await stores().signingCredentials.add(first, [event(first.subjectId)])
      await stores().signingCredentials.add(second, [])
      expect(await stores().signingCredentials.find(first.id)).toEqual(first)
      expect(await stores().signingCredentials.ofSubject(first.subjectId)).toEqual([second, first])
      expect(await eventsOf(first.subjectId)).toBe(1)
      expect(await stores().signingCredentials.find(randomUUID())).toBeUndefined()
    })

    it('are written together with their events or not at all', async () => {
      const one = credential()
      const broken = { ...event(one.subjectId), at: Number.NaN }
      await expect(stores().signingCredentials.add(one, [broken])).rejects.toThrow()
      expect(await stores().signingCredentials.find(one.id)).toBeUndefined()
    })

    it('take further passkeys, of many at once every one', async () => {
      const one = credential()
      await stores().signingCredentials.add(one, [])
      const more = ['two', 'three', 'four', 'two']
      const bound = await Promise.all(
        more.map((key) => stores().signingCredentials.bindPasskey(one.id, key, [])),
      )
      expect(bound).toEqual([true, true, true, true])
      const { passkeys } = (await stores().signingCredentials.find(one.id))!
      expect([...passkeys].sort()).toEqual(['four', 'one', 'three', 'two'])
    })

    it('are revoked once, for ever', async () => {
      const one = credential()
      await stores().signingCredentials.add(one, [])
      const revoked = { at: now(), reason: 'key_compromise' as const }
      const twice = await Promise.all(
        [1, 2, 3].map(() =>
          stores().signingCredentials.revoke(one.id, revoked, [event(one.subjectId)]),
        ),
      )
      expect(twice.filter(Boolean)).toHaveLength(1)
      expect(await eventsOf(one.subjectId)).toBe(1)
      expect(await stores().signingCredentials.find(one.id)).toMatchObject({ revoked })
      expect(await stores().signingCredentials.bindPasskey(one.id, 'late', [])).toBe(false)
    })
  })

  it('revoked signing credentials wait until everybody knows', async () => {
    const { signingCredentials } = stores()
    const subjectId = randomUUID()
    const one: SigningCredential = {
      id: randomUUID(),
      subjectId,
      keyId: 'key-of-mina',
      alg: 'RS256',
      protection: 'hardware',
      certificateChain: [Uint8Array.of(1)],
      passkeys: [],
      createdAt: now(),
      expiresAt: now() + 1000,
    }
    const isUntold = async () =>
      (await signingCredentials.untold(100)).some(({ id }) => id === one.id)
    await signingCredentials.add(one, [])
    await signingCredentials.told(one.id, now(), [event(subjectId)])
    expect(await isUntold()).toBe(false)
    await signingCredentials.revoke(one.id, { at: now(), reason: 'superseded' }, [])
    expect(await isUntold()).toBe(true)
    expect(await signingCredentials.untold(0)).toEqual([])
    await signingCredentials.told(one.id, now(), [event(subjectId)])
    await signingCredentials.told(one.id, now(), [event(subjectId)])
    expect(await isUntold()).toBe(false)
    expect(await eventsOf(subjectId)).toBe(1)
  })

  describe('activations', () => {
    const activation = (
      hashes: readonly string[],
      digests: readonly string[] = [],
    ): Activation => ({
      id: randomUUID(),
      subjectId: randomUUID(),
      clientId: 'agency',
      credentialId: randomUUID(),
      hashes,
      digests,
      text: SECRET,
      proof: '{}',
      createdAt: now(),
      expiresAt: now() + 60_000,
    })

    it('are made once with a nonce, of many at once one', async () => {
      const nonce = randomUUID()
      const many = Array.from({ length: 8 }, () => activation(['h']))
      const added = await Promise.all(many.map((one) => stores().activations.add(one, nonce, [])))
      expect(added.filter(Boolean)).toHaveLength(1)
      const won = many[added.indexOf(true)]!
      expect(await stores().activations.find(won.id)).toEqual(won)
      const lost = many[added.indexOf(false)]!
      expect(await stores().activations.spend(lost.id, 'hash', 'h')).toBe(false)
    })

    it('let each hash be signed as often as it was agreed to', async () => {
      const one = activation(['a', 'b', 'b'])
      await stores().activations.add(one, randomUUID(), [])
      const spend = (hash: string) => stores().activations.spend(one.id, 'hash', hash)
      const spent = await Promise.all(['a', 'a', 'a', 'b', 'b', 'b', 'c'].map(spend))
      expect(spent.slice(0, 3).filter(Boolean)).toHaveLength(1)
      expect(spent.slice(3, 6).filter(Boolean)).toHaveLength(2)
      expect(spent[6]).toBe(false)
    })

    it('keep hashes and digests apart, and give each once, whoever asks at once', async () => {
      const one = activation(['a'], ['a', 'd', 'd'])
      await stores().activations.add(one, randomUUID(), [])
      const spend = (part: ActivatedPart, value: string) =>
        stores().activations.spend(one.id, part, value)
      const asked = Array.from({ length: 4 }, () => [spend('digest', 'a'), spend('digest', 'd')])
      const spent = await Promise.all(asked.map((pair) => Promise.all(pair)))
      expect(spent.filter(([a]) => a)).toHaveLength(1)
      expect(spent.filter(([, d]) => d)).toHaveLength(2)
      expect(await spend('hash', 'd')).toBe(false)
      expect(await spend('hash', 'a')).toBe(true)
      expect(await stores().activations.find(one.id)).toEqual(one)
      expect(await stores().activations.spent(one.id)).toBe(4)
    })

    it('say how much of them was asked for', async () => {
      const one = activation(['a', 'a'], ['d'])
      await stores().activations.add(one, randomUUID(), [])
      expect(await stores().activations.spent(one.id)).toBe(0)
      await stores().activations.spend(one.id, 'hash', 'a')
      await stores().activations.spend(one.id, 'digest', 'd')
      expect(await stores().activations.spent(one.id)).toBe(2)
      expect(await stores().activations.spent(randomUUID())).toBe(0)
    })

    it('are over at their end', async () => {
      const one = { ...activation(['a']), expiresAt: now() + 5 }
      await stores().activations.add(one, randomUUID(), [])
      stores().clock.later(6)
      expect(await stores().activations.spend(one.id, 'hash', 'a')).toBe(false)
    })
  })

  describe('signature requests', () => {
    const request = (): Omit<SignatureRequest, 'version'> => ({
      id: randomUUID(),
      clientId: 'agency',
      state: 'open',
      documents: [{ id: 'd', name: SECRET, size: 1, sha256: '00', uploadedSha256: '00' }],
      signers: [{ subjectId: randomUUID() }],
      profile: 'B-LTA',
      purpose: SECRET,
      createdAt: now(),
      expiresAt: now() + 1000,
    })

    it('are changed by one of two at once', async () => {
      const one = request()
      await stores().signatureRequests.add(one, [])
      const kept = (await stores().signatureRequests.find(one.id))!
      expect(kept).toEqual({ ...one, version: 1 })
      const saved = await Promise.all([
        stores().signatureRequests.save({ ...kept, state: 'ready' }, []),
        stores().signatureRequests.save({ ...kept, state: 'cancelled' }, []),
      ])
      const winner = saved.filter((result) => result !== undefined)
      expect(winner).toHaveLength(1)
      expect(await stores().signatureRequests.find(one.id)).toEqual(winner[0])
    })

    it('are listed for their client alone, newest first, page by page', async () => {
      const { signatureRequests } = stores()
      const clientId = randomUUID()
      const made = [0, 1, 1, 2].map((later) => ({
        ...request(),
        ...{ clientId, createdAt: now() + later, expiresAt: now() + 9e6 },
      }))
      for (const one of [...made, request()]) await signatureRequests.add(one, [])
      await signatureRequests.save({ ...made[3]!, state: 'ready', version: 1 }, [])
      const first = await signatureRequests.ofClient({ clientId, most: 2 })
      const { createdAt, id } = first[1]!
      const rest = await signatureRequests.ofClient({ clientId, after: { createdAt, id }, most: 9 })
      const all = [...first, ...rest]
      expect(all.map((one) => one.createdAt - now())).toEqual([2, 1, 1, 0])
      expect(new Set(all.map((one) => one.id))).toEqual(new Set(made.map((one) => one.id)))
      const ready = await signatureRequests.ofClient({ clientId, state: 'ready', most: 9 })
      expect(ready.map((one) => one.id)).toEqual([made[3]!.id])
    })

    it('go when they have come to their end, and not before', async () => {
      const { signatureRequests } = stores()
      const [waiting, over] = [request(), { ...request(), state: 'signed' as const }]
      for (const one of [waiting, over]) await signatureRequests.add(one, [])
      const ids = async (before: number) =>
        (await signatureRequests.outlived(before, 100)).map(({ id }) => id)
      expect(await ids(over.expiresAt)).not.toContain(over.id)
      const found = await ids(over.expiresAt + 1)
      expect(found).toContain(over.id)
      expect(found).not.toContain(waiting.id)
      const who = randomUUID()
      expect(await signatureRequests.remove(waiting.id, [event(who)])).toBe(false)
      const twice = await Promise.all(
        [1, 2].map(() => signatureRequests.remove(over.id, [event(who)])),
      )
      expect(twice.toSorted()).toEqual([false, true])
      expect(await eventsOf(who)).toBe(1)
      expect(await signatureRequests.find(over.id)).toBeUndefined()
    })

    it('are found when their time is over, as long as they wait', async () => {
      const ids = async () => (await stores().signatureRequests.overdue(100)).map(({ id }) => id)
      const [late, over, fresh] = [request(), request(), { ...request(), expiresAt: now() + 9e6 }]
      for (const one of [late, over, fresh]) await stores().signatureRequests.add(one, [])
      await stores().signatureRequests.save({ ...over, state: 'refused', version: 1 }, [])
      expect(await ids()).not.toContain(late.id)
      stores().clock.later(1000)
      const found = await ids()
      expect(found).toContain(late.id)
      expect(found).not.toContain(over.id)
      expect(found).not.toContain(fresh.id)
    })
  })

  describe('webhook notices', () => {
    const ended = async (webhook?: string): Promise<SignatureRequest> => {
      const id = randomUUID()
      const one = {
        ...{ id, clientId: 'agency', documents: [], signers: [], purpose: 'x', webhook },
        ...{ profile: 'B-B' as const, createdAt: now(), expiresAt: now() + 1000 },
      }
      await stores().signatureRequests.add({ ...one, state: 'ready' }, [])
      await stores().signatureRequests.save({ ...one, state: 'signed', version: 1 }, [])
      return { ...one, state: 'signed', version: 2 }
    }
    const taken = async (id: string) =>
      (await stores().webhooks.take(100, now() + 5000)).filter(({ requestId }) => requestId === id)

    it('come with the end of a request, once, and only to who wants to be told', async () => {
      const [told, silent] = [await ended('https://agency.example/hook'), await ended()]
      await stores().signatureRequests.save({ ...told, state: 'signed' }, [])
      const all = await stores().webhooks.take(100, now() + 5000)
      const of = (id: string) => all.filter(({ requestId }) => requestId === id)
      expect(of(told.id)).toEqual([
        {
          id: expect.any(String) as unknown,
          requestId: told.id,
          clientId: 'agency',
          endedAt: now(),
          tries: 0,
        },
      ])
      expect(of(silent.id)).toEqual([])
    })

    it('are lost with a state that was not saved', async () => {
      const one = await ended('https://agency.example/hook')
      const [notice] = await taken(one.id)
      await stores().webhooks.remove(notice!.id)
      expect(
        await stores().signatureRequests.save({ ...one, version: 1, state: 'refused' }, []),
      ).toBeUndefined()
      expect(await taken(one.id)).toEqual([])
    })

    it('are taken by one of many, come again, and end', async () => {
      const { id } = await ended('https://agency.example/hook')
      const both = (await Promise.all([taken(id), taken(id)])).flat()
      expect(both).toHaveLength(1)
      expect(await taken(id)).toEqual([])
      await stores().webhooks.postpone(both[0]!.id, now() + 1000)
      stores().clock.later(1000)
      const [again] = await taken(id)
      expect(again).toMatchObject({ id: both[0]!.id, tries: 1 })
      await stores().webhooks.remove(again!.id)
      stores().clock.later(10_000)
      expect(await taken(id)).toEqual([])
    })
  })

  it('keeps nothing of people or documents readable', async () => {
    const dump = await stores().dump()
    for (const clear of [SECRET, Buffer.from(SECRET).toString('base64'), 'key-of-sara']) {
      expect(dump.includes(clear)).toBe(false)
    }
  })
}
