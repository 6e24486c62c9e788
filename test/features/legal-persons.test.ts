import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import { en } from '../../src/pages/text/en.ts'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { Agent, type Seen } from '../support/agent.ts'
import {
  errorOf,
  headingOf,
  iranianFields,
  isForm,
  openRegistryWindow,
  type RegistryWindow,
} from '../support/level-2.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'

const ACR_2 = 'urn:panjereh:acr:2'
const AGENCY = webClient('agency')
const OTHER = webClient('other', { redirect_uris: ['https://other.example/callback'] })
const BANK = webClient('bank', { panjereh_first_party: false })
const ESSENTIAL = JSON.stringify({ id_token: { representee: { essential: true } } })
const SCOPE = 'openid legal_person'

interface Representee {
  readonly sub: string
  readonly name: string
  readonly person_type: string
  readonly legal_id: string
  readonly powers: readonly string[]
}

let window: RegistryWindow
beforeAll(async () => {
  window = await openRegistryWindow({
    clients: [AGENCY, OTHER, BANK],
    env: { PANJEREH_MANDATE_LIFETIME: '0s' },
  })
})
afterAll(() => window.close())
afterEach(() => window.tell('/reset', {}))

const PEOPLE = {
  reza: { mobile: '09120000002', nationalId: '9990000026', born: ['1355', '6', '20'] },
  mina: { mobile: '09120000003', nationalId: '9990000034', born: ['1362', '7', '30'] },
  omid: { mobile: '09120000004', nationalId: '9990000042', born: ['1365', '11', '30'] },
} as const
type Name = keyof typeof PEOPLE
const agents = new Map<string, Agent>()
const agentOf = (name: string) => {
  const known = agents.get(name) ?? new Agent(window)
  agents.set(name, known)
  return known
}

/** To the choice, or to wherever there is none. */
async function ask(name: Name, metadata: ClientMetadata, params: Record<string, string> = {}) {
  const [party, agent, who] = [await relyingParty(window, metadata), agentOf(name), PEOPLE[name]]
  const request = await party.request({
    acr_values: ACR_2,
    scope: SCOPE,
    ui_locales: 'en',
    redirect_uri: (metadata['redirect_uris'] as string[])[0] ?? '',
    ...params,
  })
  let page = await agent.walk(await agent.get(request.url), { mobile: who.mobile })
  if (isForm(page, 'national_id')) {
    page = await agent.walk(await agent.submit(page, iranianFields(who), 'national_id'))
  }
  return { party, agent, request, page }
}
const option = ({ html }: Seen, label: string) =>
  new RegExp(`name="for"\\s+value="([^"]+)"[^>]*>\\s*<span>\\s*(?:<bdi>)?${label}`).exec(
    html,
  )?.[1] ?? ''

async function chosen(asked: Awaited<ReturnType<typeof ask>>, label: string) {
  const { agent, page, party, request } = asked
  const end = await agent.walk(await agent.submit(page, { for: option(page, label) }, 'csrf'))
  if (end.away === undefined) throw new Error(`${headingOf(end)} ${errorOf(end)}`)
  const tokens = await party.redeem(end.away, request)
  return {
    party,
    agent,
    tokens,
    representee: tokens.claims()?.['representee'] as unknown as Representee,
  }
}
const oauthError = ({ away }: Seen) => away?.searchParams.get('error')
const userinfo = (token: string) =>
  fetch(`${window.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })

describe('a person who acts for a legal one', () => {
  it('chooses among those that the registry names, and the service sees which', async () => {
    const asked = await ask('reza', AGENCY)
    expect(headingOf(asked.page)).toBe(en.representation.title('A Service').replaceAll('“', '“'))
    const { tokens, representee, party } = await chosen(asked, 'شرکت نمونهٔ البرز')
    expect(representee).toMatchObject({
      name: 'شرکت نمونهٔ البرز',
      legal_id: '14000000120',
      person_type: 'legal_ir',
      role: 'managing_director',
      powers: ['represent', 'sign', 'finance'],
      joint: false,
    })
    expect(representee.sub).not.toBe(tokens.claims()?.sub)
    expect(await (await userinfo(tokens.access_token)).json()).toMatchObject({
      representee: { sub: representee.sub },
    })
    const seen = await client.tokenIntrospection(party.config, tokens.access_token)
    expect(seen).toMatchObject({ active: true, representee: { legal_id: '14000000120' } })
    const entity = await window.ports.subjects.findByIdentifier({
      type: 'legal_id',
      value: '14000000120',
    })
    expect(entity?.personType).toBe('legal_ir')
    const events = await window.ports.eventLog.list({ type: 'mandate.chosen', limit: 5 })
    expect(events.at(-1)?.detail).toEqual({ entity: entity?.id })
  })

  it('is not asked again by the same service, until it asks for another choice', async () => {
    const again = await ask('reza', AGENCY)
    const first = await again.party.redeem(again.page.away!, again.request)
    expect(first.claims()?.['representee']).toMatchObject({ legal_id: '14000000120' })
    const asked = await ask('reza', AGENCY, { prompt: 'select_account' })
    const { representee } = await chosen(asked, 'Sample Trading GmbH')
    expect(representee).toMatchObject({ person_type: 'legal_foreign', joint: true })
  })

  it('speaks for nobody with tokens from before another choice', async () => {
    const before = await chosen(
      await ask('reza', AGENCY, { prompt: 'select_account' }),
      'شرکت نمونهٔ البرز',
    )
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const after = await chosen(
      await ask('reza', AGENCY, { prompt: 'select_account' }),
      'Sample Trading',
    )
    expect((await userinfo(before.tokens.access_token)).status).toBe(401)
    await expect(
      client.refreshTokenGrant(before.party.config, before.tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    const again = await client.refreshTokenGrant(
      after.party.config,
      after.tokens.refresh_token ?? '',
    )
    expect(again.claims()?.['representee']).toMatchObject({ person_type: 'legal_foreign' })
  })

  it('is seen by another service as another sub of the same entity', async () => {
    const one = await chosen(await ask('mina', AGENCY), 'شرکت نمونهٔ دماوند')
    const two = await chosen(await ask('mina', BANK), 'شرکت نمونهٔ دماوند')
    expect(one.representee.powers).toEqual(['represent'])
    expect(one.representee.sub).toBe(two.representee.sub)
    const elsewhere = await ask('mina', OTHER)
    const end = await elsewhere.agent.submit(
      elsewhere.page,
      { for: option(elsewhere.page, 'شرکت') },
      'csrf',
    )
    expect(end.away?.host).toBe('other.example')
  })

  it('may act for himself, where the service lets him', async () => {
    const { tokens } = await chosen(
      await ask('mina', AGENCY, { prompt: 'select_account' }),
      'For myself',
    )
    expect(tokens.claims()).not.toHaveProperty('representee')
    const asked = await ask('mina', AGENCY, { claims: ESSENTIAL, prompt: 'select_account' })
    expect(asked.page.html).not.toContain('For myself')
    const forged = await asked.agent.submit(asked.page, { for: 'self' }, 'csrf')
    expect(errorOf(forged)).toBe(en.error['representation_missing'])
  })

  it('is told when the registry knows of no mandate: expired ones and dissolved companies are none', async () => {
    const asked = await ask('omid', AGENCY, { claims: ESSENTIAL })
    expect(asked.page.html).toContain(en.representation.none)
    const back = await asked.agent.submit(asked.page, { action: 'leave' }, 'csrf')
    expect(oauthError(back)).toBe('access_denied')
  })

  it('cannot choose a mandate of somebody else', async () => {
    const asked = await ask('omid', AGENCY)
    const forged = await asked.agent.submit(asked.page, { for: 'mandate:m-1' }, 'csrf')
    expect(errorOf(forged)).toBe(en.error['representation_gone'])
  })

  it('loses a revoked mandate at the next look: tokens end and the choice is open', async () => {
    const asked = await ask('mina', AGENCY, { prompt: 'select_account' })
    const { tokens, party } = await chosen(asked, 'شرکت نمونهٔ دماوند')
    await window.tell('/personas/mina', { mandates: [] }, 'PATCH')
    expect((await userinfo(tokens.access_token)).status).toBe(401)
    await expect(
      client.refreshTokenGrant(party.config, tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    const again = await ask('mina', AGENCY, { claims: ESSENTIAL })
    expect(again.page.html).toContain(en.representation.none)
    const events = await window.ports.eventLog.list({ type: 'mandate.ended', limit: 5 })
    expect(events).toHaveLength(1)
  })

  it('does not lose it when the registry is away: the service is told to come back', async () => {
    const { tokens, party } = await chosen(
      await ask('reza', AGENCY, { prompt: 'select_account' }),
      'شرکت نمونهٔ البرز',
    )
    await window.tell('/faults', { service: 'legal_entities', kind: 'down' })
    await expect(
      client.refreshTokenGrant(party.config, tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'temporarily_unavailable' })
    const asked = await ask('reza', AGENCY, { claims: ESSENTIAL })
    expect(asked.page.html).toContain(en.representation.away)
    const back = await asked.agent.submit(asked.page, { action: 'leave' }, 'csrf')
    expect(oauthError(back)).toBe('temporarily_unavailable')
    await window.tell('/reset', {})
    const again = await client.refreshTokenGrant(party.config, tokens.refresh_token ?? '')
    expect(again.claims()?.['representee']).toMatchObject({ legal_id: '14000000120' })
  })

  it('needs level 2, and a page', async () => {
    const low = await ask('reza', AGENCY, { acr_values: 'urn:panjereh:acr:1' })
    expect(oauthError(low.page)).toBe('invalid_scope')
    const agent = new Agent(window)
    agents.set('mina', agent)
    await ask('mina', AGENCY, { scope: 'openid' })
    const silent = await ask('mina', AGENCY, { prompt: 'none' })
    expect(oauthError(silent.page)).toBe('account_selection_required')
  })
})
