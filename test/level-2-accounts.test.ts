import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { fa } from '../src/pages/text/fa.ts'
import { Agent, type Seen } from './support/agent.ts'
import {
  claim,
  errorOf,
  headingOf,
  iranianFields,
  openRegistryWindow,
  toLevel2,
  type Iranian,
  type RegistryWindow,
} from './support/level-2.ts'
import { relyingParty, webClient } from './support/relying-party.ts'

/** Whose account it is, when several people or several numbers have to do with it. */
const ACR = 'urn:panjereh:acr:'
const RP = webClient('rp')
let window: RegistryWindow
beforeAll(async () => {
  window = await openRegistryWindow({ clients: [RP] })
})
afterAll(() => window.close())
afterEach(() => window.tell('/reset', {}))

const SARA: Iranian = { mobile: '09120000001', nationalId: '9990000018', born: ['1370', '1', '1'] }
const SECOND = '09120000021'
const REZA: Iranian = { mobile: '09120000002', nationalId: '9990000026', born: ['1355', '6', '20'] }
const MINA: Iranian = { mobile: '09120000003', nationalId: '9990000034', born: ['1362', '7', '30'] }

async function asked(mobile: string, rank: number, agent = new Agent(window)) {
  const party = await relyingParty(window, RP)
  const request = await party.request({ acr_values: `${ACR}${rank}`, ui_locales: 'fa' })
  return { party, request, agent, page: await toLevel2(agent, request.url, mobile) }
}
type Asked = Awaited<ReturnType<typeof asked>>
async function subOf({ party, request }: Asked, end: Seen) {
  if (end.away === undefined) throw new Error(`${headingOf(end)} ${errorOf(end)}`)
  return (await party.redeem(end.away, request)).claims()?.sub
}

describe('one national ID', () => {
  it('that two numbers claim at once is one account: one wins, the other is asked to join', async () => {
    const [one, two] = [await asked(SARA.mobile, 2), await asked(SECOND, 2)]
    const ends = await Promise.all([one, two].map(({ agent, page }) => claim(agent, page, SARA)))
    const won = [one, two]
      .map((each, at) => ({ each, end: ends[at]! }))
      .filter(({ end }) => end.away ?? isOffer(end))
    expect(won).toHaveLength(1)
    const lost = [one, two].find((each) => each !== won[0]?.each)!
    let page = ends[[one, two].indexOf(lost)]!
    // Told that somebody was faster, he looks again; or he came late enough to be told of the account.
    if (errorOf(page) === fa.error['identity_conflict']) page = await claim(lost.agent, page, SARA)
    expect(headingOf(page)).toBe(fa.registry.joinTitle)
    const joined = await lost.agent.walk(await lost.agent.submit(page, { action: 'join' }, 'csrf'))
    const winner = won[0]!
    const first = await subOf(winner.each, await winner.each.agent.walk(winner.end))
    expect(await subOf(lost, joined)).toBe(first)
  })

  it('is joined in the middle of a session only after its number was proved once more', async () => {
    await window.tell('/personas/reza', { mobiles: [REZA.mobile, '09120000022'] }, 'PATCH')
    const known = await asked(REZA.mobile, 2)
    const sub = await subOf(
      known,
      await known.agent.walk(await claim(known.agent, known.page, REZA)),
    )

    const agent = new Agent(window)
    const low = await asked('09120000022', 1, agent)
    const lowSub = await subOf(low, low.page)
    expect(lowSub).not.toBe(sub)
    const high = await asked('09120000022', 2, agent)
    const again = await claim(agent, high.page, REZA)
    expect(errorOf(again)).toBe(fa.error['prove_number'])
    const form = await agent.walk(again, { mobile: '09120000022' })
    const join = await claim(agent, form, REZA)
    expect(headingOf(join)).toBe(fa.registry.joinTitle)
    let end = await agent.walk(await agent.submit(join, { action: 'join' }, 'csrf'))
    // The session was that of the account which is no more: it is left first.
    if (end.away === undefined) end = await agent.walk(await agent.submit(end, {}))
    expect(await subOf(high, end)).toBe(sub)
  })
})

describe('a session from before the account was somebody’s', () => {
  it('does not become his: it has to prove the number anew', async () => {
    const stranger = await asked(MINA.mobile, 1)
    await subOf(stranger, stranger.page)
    await aMinutePasses(async () => {
      const mina = await asked(MINA.mobile, 2)
      await subOf(mina, await mina.agent.walk(await claim(mina.agent, mina.page, MINA)))
    })
    await aMinutePasses(async () => {
      const party = await relyingParty(window, RP)
      const request = await party.request({ acr_values: `${ACR}2`, ui_locales: 'fa' })
      const seen = await stranger.agent.get(request.url)
      expect(seen.away).toBeUndefined()
      expect(errorOf(seen)).toBe(fa.error['prove_number'])
      const silent = await party.request({ acr_values: `${ACR}2`, prompt: 'none' })
      const answer = await stranger.agent.get(silent.url)
      expect(answer.away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
    })
  })
})

describe('a number', () => {
  it('that is nobody’s at Shahkar reaches nothing, whatever is claimed with it', async () => {
    const agent = new Agent(window)
    const { page } = await asked(agent.mobile, 2, agent)
    const seen = await agent.submit(page, iranianFields(SARA), 'national_id')
    expect(errorOf(seen)).toBe(fa.error['registry_mismatch'])
    const mobile = { type: 'mobile', value: `+98${agent.mobile.slice(1)}` } as const
    const subject = await window.ports.subjects.findByIdentifier(mobile)
    expect(subject?.personType).toBeUndefined()
    expect(await window.ports.identities.ofSubject(subject?.id ?? '')).toBeUndefined()
  })
})

const isOffer = ({ html }: Seen) => html.includes('value="skip"')

/** The window's clock is this process's own. */
async function aMinutePasses(act: () => Promise<void>): Promise<void> {
  const { now } = Date
  passed += 61_000
  Date.now = () => now() + passed
  try {
    await act()
  } finally {
    Date.now = now
  }
}
let passed = 0
