import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { fa } from '../../src/pages/text/fa.ts'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { Agent } from '../support/agent.ts'
import { soon } from '../support/soon.ts'
import {
  headingOf,
  iranianFields,
  isForm,
  openRegistryWindow,
  type Iranian,
  type RegistryWindow,
} from '../support/level-2.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'

const ACR = 'urn:panjereh:acr:'
const STRICT = webClient('strict', { panjereh_level_max_age: { '2': 0 } })

let window: RegistryWindow
let agency: ClientMetadata
let receiver: Server
const told: string[] = []

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      told.push(form.get('logout_token') ?? '')
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  agency = webClient('agency', {
    backchannel_logout_uri: `http://127.0.0.1:${port}/`,
    backchannel_logout_session_required: true,
  })
  window = await openRegistryWindow({ clients: [agency, STRICT] })
})
afterAll(async () => {
  await window.close()
  receiver.close()
})
afterEach(() => window.tell('/reset', {}))

const SARA: Iranian = { mobile: '09120000001', nationalId: '9990000018', born: ['1370', '1', '1'] }
const REZA: Iranian = { mobile: '09120000002', nationalId: '9990000026', born: ['1355', '6', '20'] }
const MINA: Iranian = { mobile: '09120000003', nationalId: '9990000034', born: ['1362', '7', '30'] }

async function ask(who: Iranian, metadata: ClientMetadata, agent = new Agent(window), params = {}) {
  const party = await relyingParty(window, metadata)
  const request = await party.request({ acr_values: `${ACR}2`, ui_locales: 'fa', ...params })
  let page = await agent.walk(await agent.get(request.url), { mobile: who.mobile })
  if (isForm(page, 'national_id')) {
    page = await agent.walk(await agent.submit(page, iranianFields(who), 'national_id'))
  }
  return { party, request, agent, page }
}

async function signedIn(...asked: Parameters<typeof ask>) {
  const { party, request, agent, page } = await ask(...asked)
  return { party, agent, tokens: await party.redeem(page.away!, request) }
}
const isActive = async (party: Awaited<ReturnType<typeof relyingParty>>, token: string) =>
  (await client.tokenIntrospection(party.config, token)).active
const subjectOf = async ({ nationalId: value }: Iranian) =>
  (await window.ports.subjects.findByIdentifier({ type: 'national_id', value }))?.id ?? ''

describe('what was proved at a registry', () => {
  it('is asked about anew for a client that wants it younger', async () => {
    const { agent, tokens } = await signedIn(SARA, STRICT)
    const before = (await window.calls())['shahkar']?.total ?? 0
    const again = await signedIn(SARA, STRICT, agent)
    expect((await window.calls())['shahkar']?.total).toBe(before + 1)
    expect(again.tokens.claims()?.sub).toBe(tokens.claims()?.sub)
    // Another client is content with what is there.
    await signedIn(SARA, agency, agent)
    expect((await window.calls())['shahkar']?.total).toBe(before + 1)
  })

  it('ends with a death that is found: sessions, tokens, and the agencies are told', async () => {
    const { party, tokens } = await signedIn(REZA, agency)
    expect(await isActive(party, tokens.access_token)).toBe(true)
    await window.tell('/personas/reza', { isAlive: false }, 'PATCH')

    const elsewhere = await ask(REZA, agency)
    expect(headingOf(elsewhere.page)).toBe(fa.registry.stops.deceased.title)
    const identity = await window.ports.identities.ofSubject(await subjectOf(REZA))
    expect(identity?.lowered?.reason).toBe('deceased')

    // No token says level 2 any more, from this moment on.
    await expect(
      client.refreshTokenGrant(party.config, tokens.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await soon(async () => expect(await isActive(party, tokens.access_token)).toBe(false))
    await soon(() => expect(told.length).toBeGreaterThan(0))
    expect(decodeJwt(told.at(-1) ?? '')['sub']).toBe(tokens.claims()?.sub)
    // Written once the agencies are told.
    await soon(async () => {
      const { subjectId } = identity ?? {}
      const events = await window.ports.eventLog.list({ subjectId, limit: 100 })
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['identity.lowered', 'session.ended']),
      )
    })
  })

  it('of a session that was lowered is not taken for proved, though it is still young', async () => {
    const { agent } = await signedIn(MINA, agency)
    const subjectId = await subjectOf(MINA)
    const { ports } = window
    await ports.identities.lower(subjectId, 'not_found', ports.clock.now() + 1000, [])
    const silent = await ask(MINA, agency, agent, { prompt: 'none' })
    expect(silent.page.away?.searchParams.get('error')).toMatch(/_required$|unmet/)
  })

  it('ends with a number that is somebody else’s now; its new holder gets an account of his own', async () => {
    const first = await signedIn(SARA, agency)
    const { sub } = first.tokens.claims() ?? {}
    // The number goes from Sara to Pari, who has none.
    await window.tell('/personas/pari', { mobiles: [SARA.mobile] }, 'PATCH')
    const agent = new Agent(window)
    const { page, party, request } = await ask(SARA, agency, agent)
    expect(headingOf(page)).toBe(fa.registry.stops.number_moved.title)
    const form = await agent.submit(page, { action: 'person' }, 'csrf')
    const pari = { nationalId: '9990000107', born: ['1360', '6', '6'] } as const
    const moving = await agent.submit(form, iranianFields(pari), 'national_id')
    expect(headingOf(moving)).toBe(fa.registry.moveTitle)
    const end = await agent.walk(await agent.submit(moving, { action: 'join' }, 'csrf'))
    const tokens = await party.redeem(end.away!, request)
    expect(tokens.claims()?.['acr']).toBe(`${ACR}2`)
    expect(tokens.claims()?.sub).not.toBe(sub)
    const saras = await window.ports.identities.ofSubject(await subjectOf(SARA))
    expect(saras?.lowered?.reason).toBe('number_moved')
    await soon(async () =>
      expect(await isActive(first.party, first.tokens.access_token)).toBe(false),
    )
  })

  it('is found again by another number of the same person: one national ID, one account', async () => {
    const second = { ...SARA, mobile: '09120000021' }
    const agent = new Agent(window)
    const { page, party, request } = await ask(second, agency, agent)
    expect(headingOf(page)).toBe(fa.registry.joinTitle)
    const end = await agent.walk(await agent.submit(page, { action: 'join' }, 'csrf'))
    const tokens = await party.redeem(end.away!, request)
    expect(tokens.claims()?.['acr']).toBe(`${ACR}2`)
    const subjectId = await subjectOf(SARA)
    expect(await window.ports.subjects.identifiers(subjectId)).toContainEqual({
      type: 'mobile',
      value: '+989120000021',
    })
    expect((await window.ports.identities.ofSubject(subjectId))?.lowered).toBeUndefined()
  })
})
