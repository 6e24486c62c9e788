import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { SignatureNeeds } from '../interactions/signature/needs.ts'
import { en } from '../src/pages/text/en.ts'
import type { Agent, Seen } from './support/agent.ts'
import { errorOf, headingOf, SARA, type Iranian } from './support/level-2.ts'
import {
  approve,
  climb,
  contentOf,
  enrolled,
  evidenceOf,
  newNotices,
  noticesOf,
  openSignatureWindow,
  optionsOf,
  passkeyFor,
  placeOf,
  press,
  requested,
  REZA,
  subjectIdOf,
  toLevel4,
  type SignatureWindow,
} from './support/level-4.ts'
import { minimalPdf } from './signing/support/minimal-pdf.ts'

const MINA: Iranian = {
  mobile: '09120000003',
  nationalId: '9990000034',
  born: ['1362', '7', '30'],
}

const ahead = { ms: 0 }
const shifted = (ports: SignatureNeeds): SignatureNeeds => ({
  ...ports,
  clock: { now: () => ports.clock.now() + ahead.ms },
})

let window: SignatureWindow
beforeAll(async () => {
  window = await openSignatureWindow({ between: shifted })
}, 60_000)
afterAll(() => window.close())
afterEach(async () => {
  ahead.ms = 0
  await window.pki.reset()
})

const credentialsOf = async (who: Iranian = SARA) =>
  window.ports.signingCredentials.ofSubject(await subjectIdOf(window, who))

const newPasskey = (agent: Agent, page: Seen, isBackedUp = false) => {
  const passkey = passkeyFor(window, isBackedUp)
  const attestation = passkey.create(optionsOf(page))
  return agent.submit(page, { attestation }, 'csrf').then((seen) => ({ passkey, seen }))
}

describe('enrolment', () => {
  it('ends when the terms are not agreed to; nothing is made', async () => {
    const { agent, page } = await toLevel4(window)
    const left = await press(agent, page, 'refuse')
    expect(left.away?.searchParams.get('error')).toBe('access_denied')
    expect(await credentialsOf()).toEqual([])
  })

  it('asks again for a passkey that was not made well', async () => {
    const { agent, page } = await toLevel4(window)
    const asked = await press(agent, page, 'agree')
    const weak = passkeyFor(window).create(optionsOf(asked), { isVerified: false })
    const again = await agent.submit(asked, { attestation: weak }, 'csrf')
    expect(errorOf(again)).toBe(en.error['signature_passkey_failed'])
    expect(placeOf(again)).toBe('signature/passkey')
    expect(await credentialsOf()).toEqual([])
  })

  it('waits for an authority that is away, and leaves nothing half made', async () => {
    const { agent, page } = await toLevel4(window)
    const asked = await press(agent, page, 'agree')
    await window.pki.fault('est', 'down')
    const { passkey, seen } = await newPasskey(agent, asked)
    expect(headingOf(seen)).toBe(en.signature.stops.unavailable.title)
    expect(await credentialsOf()).toEqual([])
    expect(await window.ports.authenticators.find(passkey.credentialId)).toBeUndefined()
    await window.pki.reset()
    const back = await press(agent, seen, 'again')
    expect(placeOf(back)).toBe('signature/terms')
    const left = await press(agent, back, 'refuse')
    expect(left.away?.searchParams.get('error')).toBe('access_denied')
  })

  it('goes on with the terms when somebody left before he signed them', async () => {
    const { agent, page } = await toLevel4(window, { who: REZA })
    const { seen, passkey } = await newPasskey(agent, await press(agent, page, 'agree'))
    expect(headingOf(seen)).toBe(en.signature.reviewTitle.terms)
    const later = await toLevel4(window, { who: REZA, agent })
    expect(headingOf(later.page)).toBe(en.signature.reviewTitle.terms)
    const next = await approve(agent, later.page, passkey)
    expect(headingOf(next)).toBe(en.signature.reviewTitle.declaration)
    expect(await credentialsOf(REZA)).toHaveLength(1)
  })
})

describe('a time stamp authority that is away', () => {
  it('signs nothing and hands nothing over; later it works', async () => {
    const { agent, passkey } = await enrolled(window)
    const id = await requested(window, [minimalPdf(), minimalPdf()])
    const details = [{ type: 'ir.signature_request', request: id }]
    const { page } = await toLevel4(window, { agent, details })
    const before = await window.ports.signatureRequests.find(id)
    await window.pki.fault('all', 'down')
    const stopped = await approve(agent, page, passkey)
    expect(headingOf(stopped)).toBe(en.signature.stops.unavailable.title)
    expect(await window.ports.signatureRequests.find(id)).toEqual(before)
    expect((await evidenceOf(window))[0]?.rank).not.toBe(4)
    await window.pki.reset()
    const again = await press(agent, stopped, 'again')
    expect(headingOf(again)).toBe(en.signature.reviewTitle.documents)
    const end = await agent.walk(await approve(agent, again, passkey))
    expect(end.away).toBeDefined()
    const after = await window.ports.signatureRequests.find(id)
    expect(after?.state).toBe('signed')
    for (const one of after?.documents ?? []) {
      expect((await contentOf(window.documents, one.id)).length).toBe(one.size)
    }
  }, 60_000)
})

describe('a lost passkey', () => {
  it('is replaced after level 3, and everything before is revoked', async () => {
    const [old] = await credentialsOf()
    expect(old?.revoked).toBeUndefined()
    const known = (await noticesOf(window)).length
    // A browser that nobody has signed in with: level 3 is shown just now.
    const { agent, page, party, request } = await toLevel4(window)
    expect(placeOf(page)).toBe('signature/review')
    const asked = await press(agent, page, 'lost_passkey')
    expect(headingOf(asked)).toBe(en.signature.replaceTitle)
    const { seen, passkey } = await newPasskey(agent, asked)
    expect(headingOf(seen)).toBe(en.signature.reviewTitle.terms)
    const [fresh, before] = await credentialsOf()
    expect(before).toMatchObject({ id: old?.id, revoked: { reason: 'superseded' } })
    expect(fresh).toMatchObject({ passkeys: [passkey.credentialId] })
    expect(fresh?.revoked).toBeUndefined()
    for (const id of old?.passkeys ?? []) {
      expect(await window.ports.authenticators.find(id)).toBeUndefined()
    }
    const [der = new Uint8Array(), issuer = new Uint8Array()] = old?.certificateChain ?? []
    const state = await window.signing.revocation.check(der, issuer, Date.now() + 1000)
    expect(state.status).toBe('revoked')
    const declaration = await approve(agent, seen, passkey)
    const end = await agent.walk(await approve(agent, declaration, passkey))
    expect((await party.redeem(end.away as URL, request)).claims()?.acr).toMatch(/:4$/)
    await newNotices(window, { known, many: 1, says: /was revoked/ })
    await newNotices(window, { known, many: 1, says: /was issued/ })
  })

  it('is not replaced in an old session: levels 1 to 3 come first, anew', async () => {
    const { agent, page } = await toLevel4(window)
    ahead.ms = 16 * 60_000
    const anew = await press(agent, page, 'lost_passkey')
    expect(placeOf(anew)).toBe('otp/number')
    expect(errorOf(anew)).toBe(en.error['signature_prove_again'])
    expect((await credentialsOf())[0]?.revoked).toBeUndefined()
    ahead.ms = 0
    const back = await climb(window, agent, anew)
    expect(placeOf(back)).toBe('signature/review')
    expect(headingOf(await press(agent, back, 'lost_passkey'))).toBe(en.signature.replaceTitle)
  })
})

describe('another passkey', () => {
  it('signs as well as the first, and only after level 3', async () => {
    const { agent, page, passkey } = await enrolled(window, { who: MINA })
    const asked = await press(agent, page, 'another_passkey')
    expect(headingOf(asked)).toBe(en.signature.anotherTitle)
    expect(optionsOf(asked)).toContain(passkey.credentialId)
    const { seen, passkey: other } = await newPasskey(agent, asked)
    expect(headingOf(seen)).toBe(en.signature.reviewTitle.declaration)
    const [credential, ...more] = await credentialsOf(MINA)
    expect(more).toEqual([])
    expect(credential?.passkeys).toEqual([passkey.credentialId, other.credentialId])
    ahead.ms = 16 * 60_000
    const late = await press(agent, seen, 'another_passkey')
    expect(errorOf(late)).toBe(en.error['signature_prove_again'])
    ahead.ms = 0
    const back = await climb(window, agent, late, MINA)
    const end = await agent.walk(await approve(agent, back, other))
    expect(end.away?.searchParams.get('code')).toBeTruthy()
  })
})

describe('a death', () => {
  it('ends the certificates; who has the telephone is told in Persian', async () => {
    const known = (await noticesOf(window, MINA)).length
    const { identities, clock } = window.ports
    await identities.lower(await subjectIdOf(window, MINA), 'deceased', clock.now(), [])
    await newNotices(window, { known, many: 1, says: /گواهی امضای شما باطل شد/, who: MINA })
    expect((await credentialsOf(MINA))[0]?.revoked?.reason).toBe('cessation_of_operation')
  })
})
