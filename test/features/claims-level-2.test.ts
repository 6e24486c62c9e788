import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { Agent } from '../support/agent.ts'
import {
  iranianFields,
  isForm,
  openRegistryWindow,
  SARA,
  type RegistryWindow,
} from '../support/level-2.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'

const LEVEL = (rank: number) => ({ acr_values: `urn:panjereh:acr:${rank}` })
const PLAIN = webClient('plain')
const TRUSTED = webClient('trusted', { panjereh_claims: ['national_id', 'ir_profile'] })
const BANK = webClient('bank', { panjereh_first_party: false })

let window: RegistryWindow
/** One citizen for all tests: what the registries know of her is asked once. */
let citizen: Agent
beforeAll(async () => {
  window = await openRegistryWindow({ clients: [PLAIN, TRUSTED, BANK] })
  citizen = new Agent(window)
})
afterAll(() => window.close())

async function signedIn(metadata: ClientMetadata, params: Record<string, string>) {
  const party = await relyingParty(window, metadata)
  const request = await party.request(params)
  let seen = await citizen.walk(await citizen.get(request.url), { mobile: SARA.mobile })
  if (isForm(seen, 'national_id')) {
    seen = await citizen.walk(await citizen.submit(seen, iranianFields(SARA), 'national_id'))
  }
  if (seen.away === undefined) throw new Error(seen.html)
  return { party, request, away: seen.away }
}

async function userinfo(metadata: ClientMetadata, params: Record<string, string>) {
  const { party, request, away } = await signedIn(metadata, params)
  const tokens = await party.redeem(away, request)
  const { sub = '' } = tokens.claims() ?? {}
  const info = await client.fetchUserInfo(party.config, tokens.access_token, sub)
  return { tokens, party, info: info as Record<string, unknown> }
}

describe('claims of level 2', () => {
  it('come with their scopes, as OpenID Connect names them', async () => {
    const scope = 'openid profile address person_type phone'
    const { info } = await userinfo(PLAIN, { ...LEVEL(2), scope })
    expect(info).toMatchObject({
      name: 'سارا نمونه‌زاده',
      given_name: 'سارا',
      family_name: 'نمونه‌زاده',
      father_name: 'رضا',
      birthdate: '1991-03-21',
      gender: 'female',
      nationality: 'IRN',
      updated_at: expect.any(Number),
      address: { locality: 'تهران', postal_code: '1136915913', country: 'IR' },
      person_type: 'natural_ir',
      phone_number: '+989120000001',
    })
    expect(info).not.toHaveProperty('national_id')
  })

  it('never come with a token of level 1, nor with its refreshed ones', async () => {
    const scope = 'openid profile phone'
    const { info, tokens, party } = await userinfo(PLAIN, { ...LEVEL(1), scope })
    expect(info).toMatchObject({ phone_number: '+989120000001' })
    expect(info).not.toHaveProperty('name')
    const again = await client.refreshTokenGrant(party.config, tokens.refresh_token ?? '')
    const later = await client.fetchUserInfo(
      party.config,
      again.access_token,
      info['sub'] as string,
    )
    expect(later).not.toHaveProperty('name')
  })

  it('give the number of a person to those alone who have leave', async () => {
    const scope = 'openid national_id ir_profile'
    const { info } = await userinfo(TRUSTED, { ...LEVEL(2), scope })
    expect(info).toMatchObject({
      national_id: SARA.nationalId,
      nationalCode: SARA.nationalId,
      mobile: SARA.mobile,
      firstName: 'سارا',
      lastName: 'نمونه‌زاده',
    })
  })

  it.each([
    ['scope', { scope: 'openid national_id' }],
    ['scope', { scope: 'openid ir_profile' }],
    ['claim', { claims: JSON.stringify({ userinfo: { national_id: null } }) }],
    ['claim', { claims: JSON.stringify({ id_token: { nationalCode: { essential: true } } }) }],
  ])('refuse at once a %s for which there is no leave', async (_what, params) => {
    const { away } = await signedIn(PLAIN, { ...LEVEL(2), ...params })
    expect(away.searchParams.get('error')).toBe('invalid_scope')
    expect(away.searchParams.get('error_description')).toMatch(/no leave to ask for: (n|ir)/)
  })

  it('are gone once a check has said no', async () => {
    const { ports } = window
    const { tokens, party, info } = await userinfo(PLAIN, { ...LEVEL(2), scope: 'openid profile' })
    expect(info).toHaveProperty('name')
    const identifier = { type: 'national_id', value: SARA.nationalId } as const
    const subject = await ports.subjects.findByIdentifier(identifier)
    await ports.identities.lower(subject?.id ?? '', 'deceased', ports.clock.now(), [])
    const answer = await fetch(`${window.url}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    if (answer.ok) expect(await answer.json()).not.toHaveProperty('name')
    expect(party).toBeDefined()
    // Alive again, by the word of the registries.
    await signedIn(PLAIN, { ...LEVEL(2), prompt: 'login' })
    expect((await ports.identities.ofSubject(subject?.id ?? ''))?.lowered).toBeUndefined()
  })
})

describe('verified claims', () => {
  const request = {
    verification: { trust_framework: null, evidence: [{ type: null, record: { type: null } }] },
    claims: { given_name: null, national_id: null },
  }
  const claims = (target: string, wanted: unknown = request) =>
    JSON.stringify({ [target]: { verified_claims: wanted } })

  it('come with their proof in userinfo and in the ID token', async () => {
    const inUserinfo = await userinfo(TRUSTED, { ...LEVEL(2), claims: claims('userinfo') })
    expect(inUserinfo.info['verified_claims']).toEqual({
      verification: {
        trust_framework: 'ir_panjereh',
        evidence: expect.arrayContaining([
          { type: 'electronic_record', record: { type: 'population_register' } },
          { type: 'electronic_record', record: { type: 'mobile_subscriber_register' } },
        ]),
      },
      claims: { given_name: 'سارا', national_id: SARA.nationalId },
    })
    const inToken = await userinfo(TRUSTED, { ...LEVEL(2), claims: claims('id_token') })
    expect(inToken.tokens.claims()?.['verified_claims']).toEqual(inUserinfo.info['verified_claims'])
    expect(inToken.info).not.toHaveProperty('verified_claims')
  })

  it('leave out what the client may not have', async () => {
    const { info } = await userinfo(PLAIN, { ...LEVEL(2), claims: claims('userinfo') })
    expect((info['verified_claims'] as { claims: object }).claims).toEqual({ given_name: 'سارا' })
  })

  it('are nothing at level 1, nor of another trust framework', async () => {
    const low = await userinfo(TRUSTED, { ...LEVEL(1), claims: claims('userinfo') })
    expect(low.info).not.toHaveProperty('verified_claims')
    const other = { ...request, verification: { trust_framework: { value: 'eidas' } } }
    const high = await userinfo(TRUSTED, { ...LEVEL(2), claims: claims('userinfo', other) })
    expect(high.info).not.toHaveProperty('verified_claims')
  })

  it('are named on the consent page of a third party, with the purpose in its words', async () => {
    const party = await relyingParty(window, BANK)
    const wanted = { ...request, purpose: 'To open an <account>', claims: { birthdate: null } }
    const params = { ...LEVEL(2), ui_locales: 'en', claims: claims('userinfo', wanted) }
    const asked = await party.request(params)
    const page = await citizen.get(asked.url)
    expect(page.html).toContain('Your date of birth, with its proof from the national registries')
    expect(page.html).toContain('To open an &lt;account&gt;')
    const end = await citizen.walk(page)
    const tokens = await party.redeem(end.away!, asked)
    const info = await client.fetchUserInfo(
      party.config,
      tokens.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(info['verified_claims']).toMatchObject({ claims: { birthdate: '1991-03-21' } })
  })

  it('are told of in discovery', async () => {
    const answer = await fetch(`${window.url}/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      verified_claims_supported: true,
      trust_frameworks_supported: ['ir_panjereh'],
      evidence_supported: ['electronic_record'],
      electronic_records_supported: expect.arrayContaining(['population_register']),
      claims_in_verified_claims_supported: expect.arrayContaining(['given_name', 'national_id']),
      scopes_supported: expect.arrayContaining(['profile', 'national_id', 'ir_profile']),
      claims_supported: expect.arrayContaining(['verified_claims', 'person_type']),
    })
  })
})
