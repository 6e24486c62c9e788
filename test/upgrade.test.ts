import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import type { AssuranceLevel, Outcome } from '../src/assurance/level.ts'
import type { Ports } from '../src/ports/index.ts'
import { Agent, type Seen } from './support/agent.ts'
import { relyingParty, webClient } from './support/relying-party.ts'
import { openWindow, type TestWindow } from './support/window.ts'

const ACR = 'urn:panjereh:acr:'
const OTHER = 'https://other.example/callback'
const RP = webClient('rp')
const AGENCY = webClient('agency', { redirect_uris: [OTHER] })

type State = Record<string, never>
const ASK: Outcome<State> = { kind: 'ask', page: 'word', state: {} }

/** A rung of rank 2 that is climbed by a word. Adding a level is this, and one line. */
function wordLevel({ clock }: Ports): AssuranceLevel<State> {
  const proof = (rank: number) => ({
    rank,
    method: 'word',
    amr: ['kba'],
    provedAt: clock.now(),
    verifier: 'word/1',
    detail: {},
  })
  const answers: Readonly<Record<string, () => Outcome<State>>> = {
    right: () => ({ kind: 'proved', evidence: [proof(2)] }),
    // A rung that is broken: it says that it is done, and has proved nothing new.
    short: () => ({ kind: 'proved', evidence: [] }),
    somebody: () => ({
      kind: 'proved',
      evidence: [proof(2)],
      identifier: { type: 'mobile', value: '+989120000009' },
    }),
    never: () => ({ kind: 'refused', reason: 'not_eligible' }),
  }
  return {
    name: 'word',
    rank: 2,
    parse: () => ({}),
    begin: async () => ASK,
    proceed: async ({ input }) => answers[input['word'] ?? '']?.() ?? ASK,
    pages: { word: () => '<input name="word">' },
  }
}

let window: TestWindow
beforeAll(async () => {
  window = await openWindow({
    clients: [RP, AGENCY],
    rungs: (ports) => [wordLevel(ports)],
    env: { PANJEREH_LEVEL_LIFETIMES: '1=86400,2=3600' },
  })
})
afterAll(() => window.close())

const rp = () => relyingParty(window, RP)
const agency = () => relyingParty(window, AGENCY)

/** From the page of the word to the answer. */
async function say(agent: Agent, page: Seen, word: string): Promise<Seen> {
  expect(page.html).toContain('name="word"')
  return agent.walk(await agent.submit(page, { word }, 'word'))
}

/** A person who is signed in at level 1 and goes on to ask for more. */
async function signedIn() {
  const party = await rp()
  return { party, ...(await party.signIn()) }
}

async function upgraded(word = 'right', params: Record<string, string> = {}) {
  const { party, tokens, agent } = await signedIn()
  const asked = await party.request({ acr_values: `${ACR}2`, ...params })
  const seen = await say(agent, await agent.get(asked.url), word)
  return { party, agent, before: tokens, asked, seen }
}

const errorOf = ({ away }: Seen) => away?.searchParams.get('error')

describe('a session that is upgraded in place', () => {
  it('is asked for what is missing alone, and keeps its person and its methods', async () => {
    const { party, before, asked, seen } = await upgraded()
    const after = await party.redeem(seen.away!, asked)
    expect(after.claims()).toMatchObject({
      sub: before.claims()?.sub,
      acr: `${ACR}2`,
      amr: expect.arrayContaining(['otp', 'sms', 'kba']),
    })
    const times = after.claims()?.['acr_auth_time'] as Record<string, number>
    expect(Object.keys(times).sort()).toEqual([`${ACR}1`, `${ACR}2`])
    expect(times[`${ACR}1`]).toBe(before.claims()?.['auth_time'])
  })

  it('stays what it is for the tokens that were issued before', async () => {
    const { party, before } = await upgraded()
    const again = await client.refreshTokenGrant(party.config, before.refresh_token ?? '')
    for (const name of ['acr', 'amr', 'auth_time', 'acr_auth_time'])
      expect(again.claims()?.[name]).toEqual(before.claims()?.[name])
  })

  it('serves another service without a question, at the level that it asks for', async () => {
    const { agent } = await upgraded()
    for (const level of ['1', '2']) {
      const party = await agency()
      const asked = await party.request({
        redirect_uri: OTHER,
        prompt: 'none',
        acr_values: ACR + level,
      })
      const { away } = await agent.get(asked.url)
      expect(away?.searchParams.get('error')).toBeNull()
      const { searchParams } = away!
      const answer = await fetch(party.config.serverMetadata().token_endpoint!, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`agency:${String(AGENCY['client_secret'])}`).toString('base64')}`,
        },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: searchParams.get('code') ?? '',
          redirect_uri: OTHER,
          code_verifier: asked.verifier,
        }),
      })
      const { id_token: token = '' } = (await answer.json()) as { id_token?: string }
      const [, body = ''] = token.split('.')
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { acr: string }
      expect(claims.acr).toBe(ACR + level)
    }
  })

  it('is not upgraded without the person', async () => {
    const { party, agent } = await signedIn()
    const { url } = await party.request({ acr_values: `${ACR}2`, prompt: 'none' })
    expect(errorOf(await agent.get(url))).toBe('unmet_authentication_requirements')
  })

  it('is asked again when the level is older than max_age, and only then', async () => {
    const { party, agent } = await upgraded()
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const fresh = await party.request({ acr_values: `${ACR}2`, max_age: '600' })
    expect((await agent.get(fresh.url)).away?.searchParams.has('code')).toBe(true)
    const { url } = await party.request({ acr_values: `${ACR}2`, max_age: '1', prompt: 'none' })
    expect(errorOf(await agent.get(url))).toBe('login_required')
  })

  it.each([
    ['goes back with access_denied when the person cancels', 'cancel', {}, 'access_denied'],
    [
      'says so when the person cannot reach the level',
      'never',
      {},
      'unmet_authentication_requirements',
    ],
    ['is not given to another person', 'somebody', {}, 'unmet_authentication_requirements'],
  ])('%s, and stays at level 1', async (_title, word, params, error) => {
    const { party, agent, asked } = await upgraded('?', params)
    const page = await agent.get(asked.url)
    const seen =
      word === 'cancel'
        ? await agent.submit(page, { action: 'cancel' }, 'word')
        : await say(agent, page, word)
    expect(errorOf(seen)).toBe(error)
    const { url } = await party.request({ prompt: 'none', acr_values: `${ACR}1` })
    expect((await agent.get(url)).away?.searchParams.has('code')).toBe(true)
  })

  it('ends at what is held when more was only wished for', async () => {
    const { party, agent, tokens } = await signedIn()
    const claims = JSON.stringify({ id_token: { acr: { values: [`${ACR}2`] } } })
    const asked = await party.request({ claims })
    const { away } = await say(agent, await agent.get(asked.url), 'never')
    const after = await party.redeem(away!, asked)
    expect(after.claims()).toMatchObject({ acr: `${ACR}1`, sub: tokens.claims()?.sub })
  })

  it('fails rather than asks for ever when a rung proves less than it should', async () => {
    const { seen } = await upgraded('short')
    expect(errorOf(seen)).toBe('unmet_authentication_requirements')
  })

  it('goes through both levels at once on a new device', async () => {
    const party = await rp()
    const agent = new Agent(window)
    const asked = await party.request({ acr_values: `${ACR}2` })
    const page = await agent.walk(await agent.get(asked.url))
    const { away } = await say(agent, page, 'right')
    expect((await party.redeem(away!, asked)).claims()?.['acr']).toBe(`${ACR}2`)
  })

  it('is told of in events that name the request', async () => {
    await upgraded()
    const told = await window.ports.eventLog.list({ type: 'level.proved', limit: 500 })
    expect(told.at(-1)).toMatchObject({ detail: { method: 'word', rank: 2 } })
    for (const event of told) expect(event.requestId).toEqual(expect.any(String))
  })
})

describe('a session', () => {
  it('ends at its absolute limit, however much it is used', async () => {
    const brief = await openWindow({
      clients: [RP],
      env: { PANJEREH_SESSION_IDLE: '3s', PANJEREH_SESSION_ABSOLUTE: '4s' },
    })
    try {
      const party = await relyingParty(brief, RP)
      const { agent } = await party.signIn()
      const seen: string[] = []
      for (const wait of [1_500, 1_500, 2_500]) {
        await new Promise((resolve) => setTimeout(resolve, wait))
        const { url } = await party.request({ prompt: 'none' })
        seen.push(errorOf(await agent.get(url)) ?? 'code')
      }
      expect(seen).toEqual(['code', 'code', 'login_required'])
    } finally {
      await brief.close()
    }
  })
})
