import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { developmentAuthority } from '../../../adapters/ca/development.ts'
import { Declined, NotDecidedYet, UpstreamUnavailable } from '../../../src/errors.ts'
import type { Seal } from '../../../src/ports/seal-store.ts'
import { sealKeeper, windowSeal, type SealSeen } from '../../../src/seal-keeper.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import {
  clientOf,
  ownerOf,
  sealCertificates,
} from '../../../src/signing/seals/seal-certificates.ts'
import { sealKeyState } from '../../../src/signing/seals/seal-key.ts'
import { sealer, type NoSeal, type Sealed } from '../../../src/signing/seals/sealer.ts'
import { verdictOf } from '../../../src/signing/verify/verdict.ts'
import { fakeRandom, testSecrets } from '../../support/fakes.ts'
import { opensslBench, pem, type Bench } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { AGENCY, sealWorld, WINDOW, type SealWorld } from '../support/seal-world.ts'
import { folder, pdfsig, type Folder } from '../support/tools.ts'

const DAY = 86_400_000
const OPERATOR = { actor: 'operator' } as const

let world: SealWorld
beforeAll(async () => {
  world = await sealWorld()
})
afterAll(() => world.close())
afterEach(() => world.reset())

let count = 0
const newOwner = () => ownerOf(`agency-${++count}`)
const created = async (owner = newOwner()): Promise<Seal> => {
  await world.ports.clients.put({ client_id: clientOf(owner) ?? '' })
  const seal = await world.certificates.create(owner, AGENCY, OPERATOR)
  if (seal === undefined) throw new Error('somebody else was faster')
  return seal
}
const pdfOf = (sealed: Sealed | NoSeal): Buffer => {
  if (sealed === 'no_seal') throw new Error('there is no seal')
  return bytesOf(sealed.pdf)
}
const signedBy = async (bytes: Uint8Array, name: string) =>
  bytesOf(
    await signPdf({ ...world.pki.ports, signer: await world.pki.signer('P-256', name) }, bytes, {
      profile: 'B-LTA',
    }),
  )
const keeperOf = (seen: SealSeen[] = [], organization = WINDOW) =>
  sealKeeper(world.ports, { window: organization, observe: (one) => seen.push(one) })

requires('openssl')('the certificate of a seal', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await opensslBench()
  })
  afterAll(() => bench.close())

  async function textOf(certificate: Uint8Array | undefined): Promise<string> {
    const file = await bench.put('seal.pem', pem(certificate ?? Buffer.alloc(0)))
    const { text } = await bench.openssl(
      ...['x509', '-in', file, '-noout', '-text'],
      ...['-nameopt', 'utf8,sep_comma_plus,-esc_msb'],
    )
    return text
  }

  it('names a legal person as ETSI EN 319 412-3 wants it: over EST', async () => {
    const { certificateChain } = await created()
    const text = await textOf(certificateChain[0])
    expect(text).toMatch(
      /Subject: C\s?=\s?IR,O\s?=\s?سازمان نمونه,organizationIdentifier\s?=\s?NTRIR-14000000134,CN\s?=\s?سازمان نمونه/,
    )
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Non Repudiation\s/)
    expect(text).toMatch(/Policy: 2\.999\.364\.3/)
    expect(text).not.toMatch(/GN\s?=|SN\s?=|serialNumber\s?=/)
  })

  it('and by the development authority, under a policy of its own', async () => {
    const { ports, signing, clock } = world
    const authority = await developmentAuthority({
      ...{ file: bench.path('ca.json'), secrets: testSecrets(), clock, random: fakeRandom },
      sealPolicy: '1.2.3.4',
    })
    const owner = newOwner()
    const certificates = sealCertificates({ ...ports, ...signing, authority })
    const seal = await certificates.create(owner, AGENCY, OPERATOR)
    const text = await textOf(seal?.certificateChain[0])
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Non Repudiation\s/)
    expect(text).toMatch(/Policy: 1\.2\.3\.4/)
    await certificates.revoke(seal!, 'superseded', 'operator')
  })

  it('is not asked for with a name that validators refuse', async () => {
    const before = await world.issued()
    const odd = { ...AGENCY, name: 'سازمان Sample' }
    await expect(world.certificates.create(newOwner(), odd, OPERATOR)).rejects.toThrow(RangeError)
    expect(await world.issued()).toHaveLength(before.length)
  })
})

describe('a seal on a document', () => {
  it('stands over the signature of a citizen, and both pass', async () => {
    const { owner } = await created()
    const signed = await signedBy(minimalPdf({}), 'Ali Sample')
    const sealed = pdfOf(await world.sealer.seal(owner, signed, { profile: 'B-LTA' }))
    expect(sealed.subarray(0, signed.length).equals(signed)).toBe(true)
    const report = await world.verifier.verify(sealed)
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', coversWholeDocument: true })
    const [citizen, , seal] = report.signatures
    expect(citizen).toMatchObject({ indication: 'TOTAL-PASSED', profile: 'B-LTA' })
    expect(citizen?.signer?.legalPerson).toBeUndefined()
    expect(seal).toMatchObject({
      ...{ indication: 'TOTAL-PASSED', profile: 'B-LTA' },
      claimed: { name: AGENCY.name },
      signer: { legalPerson: AGENCY },
    })
    expect(verdictOf(report)).toContain(`seal B-LTA by ${AGENCY.name}`)
  })

  it('lies under the signature of a citizen, and both pass', async () => {
    const { owner } = await created()
    const sealed = pdfOf(await world.sealer.seal(owner, minimalPdf({}), { profile: 'B-LTA' }))
    const report = await world.verifier.verify(await signedBy(sealed, 'Ali Sample'))
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', coversWholeDocument: true })
    expect(report.signatures[0]?.signer?.legalPerson).toEqual(AGENCY)
  })

  describe('where the authority approves by hand', () => {
    const patient = () => {
      const authority = world.impatientAuthority()
      return sealCertificates({ ...world.ports, ...world.signing, authority })
    }
    const keysMade = async (since: readonly string[]) =>
      (await world.keyFiles()).filter((name) => !since.includes(name))

    it('is asked for again with the same key, and made with it', async () => {
      const [owner, before] = [newOwner(), await world.keyFiles()]
      // Seals of clients that there are not are taken back by keepers.
      await world.ports.clients.put({ client_id: clientOf(owner) ?? '' })
      await world.fault('est', 'pending')
      const create = () => patient().create(owner, AGENCY, OPERATOR)
      for (const _try of [1, 2]) await expect(create()).rejects.toBeInstanceOf(NotDecidedYet)
      const made = await keysMade(before)
      expect(made).toHaveLength(1)
      const seal = await create()
      expect(made).toEqual([`${seal?.keyId}.json`])
      expect(await keysMade(before)).toEqual(made)
      expect(await world.ports.seals.requested(owner)).toBeUndefined()
      expect(await sealKeyState(world.signing.keys, seal!)).toBe('good')
    })

    it('keeps nothing of it for another name, and after a no', async () => {
      const [owner, before] = [newOwner(), await world.keyFiles()]
      await world.fault('est', 'pending')
      const create = (name: string) => patient().create(owner, { ...AGENCY, name }, OPERATOR)
      await expect(create('سازمان نخست')).rejects.toBeInstanceOf(NotDecidedYet)
      const [first = ''] = await keysMade(before)
      await expect(create('سازمان دوم')).rejects.toBeInstanceOf(NotDecidedYet)
      const [second = '', ...more] = await keysMade(before)
      expect([second === first, more]).toEqual([false, []])
      // An outage is no answer; a no is.
      await world.fault('est', 'down')
      await expect(create('سازمان دوم')).rejects.toBeInstanceOf(UpstreamUnavailable)
      expect(await keysMade(before)).toEqual([second])
      await world.fault('est', 'rejected')
      await expect(create('سازمان دوم')).rejects.toBeInstanceOf(Declined)
      expect(await keysMade(before)).toEqual([])
      expect(await world.ports.seals.requested(owner)).toBeUndefined()
    })
  })

  it('is there with its key, or it is said what is wrong', async () => {
    const { keys } = world.signing
    const [one, other] = [await created(), await created()]
    expect(await sealKeyState(keys, one)).toBe('good')
    expect(await sealKeyState(keys, { ...one, keyId: other.keyId })).toBe('other')
    expect(await sealKeyState(keys, { ...one, protection: 'hardware' })).toBe('elsewhere')
    await keys.destroy(one.keyId)
    expect(await sealKeyState(keys, one)).toBe('missing')
  })

  it('needs one that is in force', async () => {
    const seal = await created()
    const put = () => world.sealer.seal(seal.owner, minimalPdf({}), { profile: 'B-B' })
    expect(await world.sealer.has(seal.owner)).toBe(true)
    expect(await put()).not.toBe('no_seal')
    expect(await world.certificates.revoke(seal, 'key_compromise', 'operator')).toBe(true)
    expect(await world.sealer.has(seal.owner)).toBe(false)
    expect(await put()).toBe('no_seal')
    expect(await world.sealer.seal(newOwner(), minimalPdf({}), { profile: 'B-B' })).toBe('no_seal')
    // Somebody who still held the old row would find no key.
    expect(await world.keyFiles()).not.toContain(`${seal.keyId}.json`)
  })

  it('fails for everybody to see once it is revoked, and what was archived before stays good', async () => {
    const seal = await created()
    const bare = pdfOf(await world.sealer.seal(seal.owner, minimalPdf({}), { profile: 'B-B' }))
    const kept = pdfOf(await world.sealer.seal(seal.owner, minimalPdf({}), { profile: 'B-LTA' }))
    await world.certificates.revoke(seal, 'key_compromise', 'operator')
    expect(await world.verifier.verify(bare)).toMatchObject({ subIndication: 'REVOKED_NO_POE' })
    expect(await world.verifier.verify(kept)).toMatchObject({ indication: 'TOTAL-PASSED' })
  })

  it('has as much for later as can be had, and is never left out', async () => {
    const { owner } = await created()
    const away = () => Promise.reject(new UpstreamUnavailable('there', 'away'))
    const best = (more: object) =>
      sealer({ ...world.ports, signing: { ...world.signing, ...more } }).sealBest(
        owner,
        minimalPdf({}),
      )
    expect(await best({})).toMatchObject({ profile: 'B-LTA' })
    expect(await best({ revocation: { check: away } })).toMatchObject({ profile: 'B-T' })
    let asked = 0
    const stamp = () => ((asked += 1), away())
    expect(await best({ timestamps: { stamp } })).toMatchObject({ profile: 'B-B' })
    expect(asked).toBe(1)
    const keys = { ...world.signing.keys, signer: () => ({ ...broken(), sign: away }) }
    await expect(best({ keys })).rejects.toThrow('away')
  })
})

const broken = () => ({ kid: 'k', alg: 'ES256' as const, certificateChain: [Buffer.alloc(900)] })

requires('poppler')('a seal, read by others', () => {
  let home: Folder
  beforeAll(() => void (home = folder()))
  afterAll(() => home.remove())

  it('is a signature like any other for pdfsig, and breaks none', async () => {
    const { owner } = await created()
    const signed = await signedBy(minimalPdf({}), 'Ali Sample')
    const sealed = pdfOf(await world.sealer.seal(owner, signed, { profile: 'B-B' }))
    const found = pdfsig(home.put('sealed.pdf', sealed))
    expect(found.filter(({ isValid }) => isValid)).toHaveLength(2)
    expect(found.at(-1)).toMatchObject({ isValid: true, isWhole: true })
  })
})

describe('the keeper of seals', () => {
  it('gives the window its seal at the start: of two at once one stays', async () => {
    const before = { keys: await world.keyFiles(), certificates: await world.issued() }
    const seen: SealSeen[] = []
    const keepers = [keeperOf(seen), keeperOf(seen)]
    for (const keeper of keepers) keeper.start()
    await Promise.all(keepers.map((keeper) => keeper.stop()))
    const own = (await world.ports.seals.list('all')).filter(({ owner }) => owner === 'window')
    expect(own).toHaveLength(1)
    expect(seen).toEqual([{ owner: 'window', outcome: 'made' }])
    expect(await world.keyFiles()).toHaveLength(before.keys.length + 1)
    const fresh = (await world.issued()).filter(({ name }) => name === WINDOW.name)
    expect(fresh).toHaveLength(2)
    expect(fresh.filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(1)
    expect(before.certificates.some(({ name }) => name === WINDOW.name)).toBe(false)
  })

  it('leaves it alone afterwards, and has a new one made for another name', async () => {
    const seen: SealSeen[] = []
    const first = await looked(seen)
    expect(seen).toEqual([])
    const renamed = await looked(seen, { ...WINDOW, name: 'پنجرهٔ ملی خدمات' })
    expect(renamed?.id).not.toBe(first?.id)
    expect(renamed?.organization.name).toBe('پنجرهٔ ملی خدمات')
    expect(await world.keyFiles()).not.toContain(`${first?.keyId}.json`)
  })

  it('renews what ends soon; the old certificate stays good for what it sealed', async () => {
    const seal = await created()
    const old = pdfOf(await world.sealer.seal(seal.owner, minimalPdf({}), { profile: 'B-B' }))
    world.clock.later(seal.expiresAt - 29 * DAY - world.clock.now())
    await looked()
    const now = await world.ports.seals.inForce(seal.owner)
    expect(now?.id).not.toBe(seal.id)
    expect(now?.organization).toEqual(AGENCY)
    expect(await world.verifier.verify(old)).toMatchObject({ indication: 'TOTAL-PASSED' })
    world.clock.later(seal.createdAt - world.clock.now())
  })

  it('renews a short certificate in its last third, and not for ever', async () => {
    const { renewDue } = world.certificates
    const seal = { ...(await created()), createdAt: world.clock.now() - 6 * DAY }
    expect(renewDue({ ...seal, expiresAt: world.clock.now() + 4 * DAY })).toBe(false)
    expect(renewDue({ ...seal, expiresAt: world.clock.now() + 2 * DAY })).toBe(true)
    expect(renewDue({ ...seal, protection: 'hardware' })).toBe(true)
  })

  it('leaves an authority that fails alone for longer and longer', async () => {
    const { ports, signing, clock } = world
    let asked = 0
    const enrol = () => ((asked += 1), Promise.reject(new UpstreamUnavailable('ca', 'away')))
    const broken = { ...signing, authority: { ...signing.authority, enrol } }
    const window = { ...WINDOW, name: 'پنجرهٔ دیگر' }
    const keeper = sealKeeper({ ...ports, signing: broken }, { window })
    const minutes = async (count: number) => {
      for (let at = 0; at < count; at += 1) {
        keeper.start()
        await keeper.stop()
        clock.later(60_000)
      }
      return asked
    }
    const first = await minutes(1)
    expect(first).toBe(1)
    expect(await minutes(60)).toBeLessThan(12)
    clock.later(-61 * 60_000)
  })

  it('leaves the seal of a client that is gone to nobody', async () => {
    const [stays, goes] = [await created(), await created()]
    await world.ports.clients.remove(clientOf(goes.owner) ?? '')
    await looked()
    expect(await world.ports.seals.inForce(stays.owner)).toMatchObject({ id: stays.id })
    expect(await world.ports.seals.inForce(goes.owner)).toBeUndefined()
    const ended = (await world.ports.seals.list('all')).find(({ id }) => id === goes.id)
    expect(ended?.ended?.reason).toBe('cessation_of_operation')
    expect(await world.keyFiles()).not.toContain(`${goes.keyId}.json`)
  })

  it('tries again when the authority was away, and the report has to wait', async () => {
    const { ports } = world
    const own = await ports.seals.inForce('window')
    if (own) await world.certificates.revoke(own, 'unspecified', 'operator')
    await world.fault('est', 'down')
    const seen: SealSeen[] = []
    const keeper = keeperOf(seen)
    keeper.start()
    const put = windowSeal(ports, keeper)
    await expect(put(minimalPdf({}))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    await ports.events.flush()
    const [event] = await ports.eventLog.list({ type: 'seal.failed', limit: 1 })
    expect(event?.detail).toEqual({ owner: 'window' })
    await keeper.stop()
    expect(seen).toEqual([
      { owner: 'window', outcome: 'failed', cause: expect.any(UpstreamUnavailable) as unknown },
    ])
    await world.reset()
    const later = keeperOf()
    later.start()
    const report = await world.verifier.verify(await windowSeal(ports, later)(minimalPdf({})))
    await later.stop()
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      signatures: [{ profile: 'B-LTA', signer: { legalPerson: WINDOW } }, {}],
    })
  })

  it('tells the authority later of what was revoked while it was away', async () => {
    const seal = await created()
    const { authority } = world.signing
    const away = { ...authority, revoke: () => Promise.reject(new Error('away')) }
    const without = sealCertificates({ ...world.ports, ...world.signing, authority: away })
    expect(await without.revoke(seal, 'superseded', 'operator')).toBe(false)
    expect(await world.ports.seals.untold(10)).toMatchObject([{ id: seal.id }])
    await looked()
    expect(await world.ports.seals.untold(10)).toEqual([])
  })

  async function looked(seen: SealSeen[] = [], organization = WINDOW) {
    const keeper = keeperOf(seen, organization)
    keeper.start()
    await keeper.stop()
    return world.ports.seals.inForce('window')
  }
})
