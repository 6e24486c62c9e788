import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { keptText } from '../adapters/fido/index.ts'
import type { SignatureNeeds } from '../interactions/signature/needs.ts'
import { en } from '../src/pages/text/en.ts'
import { checkJades } from '../src/signing/transaction/index.ts'
import { errorOf, headingOf } from './support/level-2.ts'
import {
  approve,
  contentOf,
  enrol,
  enrolled,
  evidenceOf,
  openSignatureWindow,
  optionsOf,
  passkeyFor,
  placeOf,
  press,
  requested,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { temporaryDirectory } from './cli/command.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'
import type { Attestation } from './support/authenticator.ts'
import { authenticatorMaker, blobOf, entryOf, payloadOf } from './support/fido-metadata.ts'
import { requires } from './support/skips.ts'
import { softHsm, type SoftHsm } from './support/softhsm.ts'

describe('a window that takes only attested passkeys', () => {
  let window: SignatureWindow
  const directory = temporaryDirectory()
  const [maker, stranger] = [authenticatorMaker(), authenticatorMaker()]
  beforeAll(async () => {
    const file = join(directory.path, 'metadata.json')
    await writeFile(file, keptText(await blobOf(payloadOf([entryOf(maker)]))))
    const env = { PANJEREH_SIGNING_PASSKEYS: 'attested', PANJEREH_FIDO_METADATA: file }
    window = await openSignatureWindow({ policy: { attestation: 'attested' }, window: { env } })
  }, 60_000)
  afterAll(async () => {
    await window.close()
    directory.remove()
  })

  it.each<[string, boolean, Attestation | undefined]>([
    ['that is synced', true, maker.attestation],
    ['for which nobody vouches', false, undefined],
    ['that vouches for itself', false, { aaguid: maker.aaguid }],
    ['whose model nobody knows', false, stranger.attestation],
    ['of another maker', false, { ...stranger.attestation, aaguid: maker.aaguid }],
  ])('makes no key for one %s', async (_what, isBackedUp, vouched) => {
    const { agent, page } = await toLevel4(window)
    const asked = await press(agent, page, 'agree')
    expect(JSON.parse(optionsOf(asked))).toMatchObject({ attestation: 'direct' })
    const attestation = passkeyFor(window, isBackedUp, vouched).create(optionsOf(asked))
    const again = await agent.submit(asked, { attestation }, 'csrf')
    expect(errorOf(again)).toBe(en.error['signature_passkey_weak'])
    expect(await window.ports.signingCredentials.ofSubject(await subjectIdOf(window))).toEqual([])
  })

  it('makes one for a key for which its maker vouches', async () => {
    const { agent, page } = await toLevel4(window)
    const passkey = passkeyFor(window, false, maker.attestation)
    const reviewed = await enrol(agent, page, passkey)
    expect(placeOf(reviewed)).toBe('signature/review')
    const [made] = await window.ports.signingCredentials.ofSubject(await subjectIdOf(window))
    expect(made?.passkeys).toEqual([passkey.credentialId])
  })
})

describe('limits and what is asked for together', () => {
  let window: SignatureWindow
  const ahead = { ms: 0 }
  const shifted = (ports: SignatureNeeds): SignatureNeeds => ({
    ...ports,
    clock: { now: () => ports.clock.now() + ahead.ms },
  })
  beforeAll(async () => {
    window = await openSignatureWindow({
      between: shifted,
      policy: { enrolmentsPerDay: 2, triesPerHour: 2, recoverySeconds: 1e9, lifetimeSeconds: 60 },
    })
  }, 60_000)
  afterAll(() => window.close())

  it('signs a text, documents and hashes of one request in one act', async () => {
    const { agent, passkey } = await enrolled(window)
    const [one, other] = [
      await requested(window, [minimalPdf()], { profile: 'B-T' }),
      await requested(window, [minimalPdf()], { profile: 'B-T', purpose: 'Annex' }),
    ]
    const hash = Buffer.alloc(32, 7).toString('base64')
    const details = [
      { type: 'ir.transaction', text: 'One.' },
      { type: 'ir.signature_request', request: one },
      { type: 'ir.signature_request', request: other },
      { type: 'ir.transaction', text: 'Two.' },
      {
        type: 'credential',
        hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        documentDigests: [{ hash, label: 'Deed' }],
      },
    ]
    const { page, party, request } = await toLevel4(window, { agent, details })
    expect(headingOf(page)).toBe(en.signature.reviewTitle.documents)
    expect(page.html).toContain('3-document-1.pdf')
    const end = await agent.walk(await approve(agent, page, passkey))
    const tokens = await party.redeem(end.away as URL, request)
    const told = tokens['authorization_details'] as unknown as Record<string, unknown>[]
    expect(told.map(({ type }) => type)).toEqual(details.map(({ type }) => type))
    expect(told[1]).toMatchObject({ request: one, signatures: [expect.any(String)] })
    expect(told[4]).toMatchObject({ activation: expect.any(String) })
    const jws = (await contentOf(window.documents, String(told[3]?.['signature']))).toString('utf8')
    expect(checkJades(jws, Buffer.from('Two.')).fault).toBeUndefined()
    const [proof] = await evidenceOf(window)
    expect(proof?.detail).toMatchObject({
      signature: told[0]?.['signature'],
      '4_signature': told[3]?.['signature'],
      expires_at: (proof?.provedAt ?? 0) + 60_000,
    })
  })

  it('stops after too many approvals that were none', async () => {
    const { agent, page } = await toLevel4(window)
    const stranger = passkeyFor(window)
    const first = await approve(agent, page, stranger)
    expect(errorOf(first)).toBe(en.error['signature_failed'])
    const second = await approve(agent, first, stranger)
    const third = await approve(agent, second, stranger)
    expect(headingOf(third)).toBe(en.signature.stops.too_many.title)
    const left = await press(agent, third, 'return')
    expect(left.away?.searchParams.get('error')).toBeTruthy()
  })

  it('stops after too many certificates of one person', async () => {
    const { agent, page } = await toLevel4(window)
    const renew = async (from: typeof page) => {
      const asked = await press(agent, from, 'lost_passkey')
      const passkey = passkeyFor(window)
      const attestation = passkey.create(optionsOf(asked))
      return agent.submit(asked, { attestation }, 'csrf')
    }
    const second = await renew(page)
    expect(headingOf(second)).toBe(en.signature.reviewTitle.terms)
    const third = await renew(second)
    expect(headingOf(third)).toBe(en.signature.stops.too_many.title)
    const [living, ...old] = await window.ports.signingCredentials.ofSubject(
      await subjectIdOf(window),
    )
    expect(living?.revoked).toBeUndefined()
    expect(old.every(({ revoked }) => revoked !== undefined)).toBe(true)
  })

  it('renews a certificate in its last days, for the same passkeys', async () => {
    const subjectId = await subjectIdOf(window)
    const [own] = await window.ports.signingCredentials.ofSubject(subjectId)
    await window.ports.signingCredentials.bindPasskey(own?.id ?? '', 'of-a-tablet', [])
    const [before] = await window.ports.signingCredentials.ofSubject(subjectId)
    expect(before?.passkeys).toHaveLength(2)
    ahead.ms = (before?.expiresAt ?? 0) - Date.now() - 86_400_000
    const { page } = await toLevel4(window)
    ahead.ms = 0
    const [after] = await window.ports.signingCredentials.ofSubject(subjectId)
    expect(after?.id).not.toBe(before?.id)
    expect(after?.passkeys).toEqual(before?.passkeys)
    // A new key signs the terms first.
    expect(headingOf(page)).toBe(en.signature.reviewTitle.terms)
  })
})

requires('softhsm')('level 4 with keys on a token', () => {
  let window: SignatureWindow
  let hsm: SoftHsm
  beforeAll(async () => {
    hsm = await softHsm()
    window = await openSignatureWindow({ keys: { kind: 'pkcs11', ...hsm.settings } })
  }, 60_000)
  afterAll(async () => {
    await window.close()
    await hsm.close()
  })

  it('signs, and says that it cannot while the token is away', async () => {
    const { agent, page, passkey, party, request } = await enrolled(window)
    expect(placeOf(page)).toBe('signature/review')
    const end = await agent.walk(await approve(agent, page, passkey))
    expect((await party.redeem(end.away as URL, request)).claims()?.acr).toMatch(/:4$/)
    const later = await toLevel4(window, { agent })
    await hsm.remove()
    const stopped = await approve(agent, later.page, passkey)
    await hsm.putBack()
    expect(headingOf(stopped)).toBe(en.signature.stops.unavailable.title)
  }, 60_000)
})
