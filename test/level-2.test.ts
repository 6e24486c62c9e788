import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import { fa } from '../src/pages/text/fa.ts'
import { Agent, type Seen } from './support/agent.ts'
import {
  claim,
  errorOf,
  headingOf,
  isForm,
  openRegistryWindow,
  SARA,
  toLevel2,
  type Iranian,
  type RegistryWindow,
} from './support/level-2.ts'
import { relyingParty, webClient } from './support/relying-party.ts'

const ACR = 'urn:panjereh:acr:'
const RP = webClient('rp')
const LEVEL_2 = { acr_values: `${ACR}2`, ui_locales: 'fa' }

let window: RegistryWindow
beforeAll(async () => {
  window = await openRegistryWindow({ clients: [RP] })
})
afterAll(() => window.close())
afterEach(() => window.tell('/reset', {}))

const person = (
  mobile: string,
  nationalId: string,
  ...born: [string, string, string]
): Iranian => ({
  mobile,
  nationalId,
  born,
})
const REZA = person('09120000002', '9990000026', '1355', '6', '20')
const LEILA = person('09120000007', '9990000077', '1368', '2', '15')

async function asked(who: Pick<Iranian, 'mobile'>, params = {}, agent = new Agent(window)) {
  const party = await relyingParty(window, RP)
  const request = await party.request({ ...LEVEL_2, ...params })
  const page = await toLevel2(agent, request.url, who.mobile)
  return { party, request, agent, page }
}

/** All the way, as somebody whom the registries know. */
async function signedIn(who: Iranian, params = {}, agent = new Agent(window)) {
  const { party, request, page } = await asked(who, params, agent)
  const seen = isForm(page, 'national_id') ? await claim(agent, page, who) : page
  const end = await agent.walk(seen)
  return { party, request, agent, end }
}

async function claimsOf({ party, request, end }: Awaited<ReturnType<typeof signedIn>>) {
  if (end.away === undefined) throw new Error(`${headingOf(end)} ${errorOf(end)}`)
  return (await party.redeem(end.away, request)).claims()
}
const oauthError = ({ away }: Seen) => away?.searchParams.get('error')

describe('level 2', () => {
  it('asks for national ID and birth date, and answers with acr 2 and evidence', async () => {
    const done = await signedIn(SARA)
    const claims = await claimsOf(done)
    expect(claims).toMatchObject({
      acr: `${ACR}2`,
      amr: expect.arrayContaining(['otp', 'registry']),
    })
    const { ports } = window
    const subject = await ports.subjects.findByIdentifier({
      type: 'national_id',
      value: SARA.nationalId,
    })
    expect(subject?.personType).toBe('natural_ir')
    const evidence = await ports.evidence.ofSubject(subject?.id ?? '')
    const checks = evidence.filter(({ rank }) => rank === 2)
    expect(checks.map(({ detail }) => detail['registry']).sort()).toEqual([
      'civil',
      'post_codes',
      'subscribers',
    ])
    for (const { verifier, detail } of checks) {
      expect(verifier).toMatch(/-gsb\/1$/)
      expect(detail).toMatchObject({
        result: 'match',
        request_id: expect.stringMatching(/^\d{24}$/),
      })
      expect(String(detail['answer_hash'])).toHaveLength(43)
      expect(Number(detail['expires_at'])).toBeGreaterThan(Number(detail['checked_at']))
    }
    expect(await ports.identities.ofSubject(subject?.id ?? '')).toMatchObject({
      attributes: { givenName: 'سارا', birthDate: '1991-03-21', address: { locality: 'تهران' } },
    })
  })

  it('asks nothing of a person whom it knows, and asks the registries again', async () => {
    const first = await claimsOf(await signedIn(SARA))
    const { page } = await asked(SARA)
    expect(page.away?.searchParams.get('code')).toBeTruthy()
    expect((await window.calls())['civil']?.total).toBeGreaterThan(0)
    const again = await claimsOf(await signedIn(SARA))
    expect(again?.sub).toBe(first?.sub)
  })

  it('lifts a session that is at level 1', async () => {
    const agent = new Agent(window)
    const low = await signedIn(REZA, { acr_values: `${ACR}1` }, agent)
    const before = await claimsOf(low)
    const high = await claimsOf(await signedIn(REZA, {}, agent))
    expect(high).toMatchObject({ sub: before?.sub, acr: `${ACR}2` })
  })

  it('says what is wrong with the form of an input, and nothing about which one was wrong', async () => {
    const { agent, page } = await asked(LEILA)
    const typo = await claim(agent, page, { ...LEILA, nationalId: '9990000019' })
    expect(errorOf(typo)).toBe(fa.error['national_id_invalid'])
    const noDate = await claim(agent, page, { ...LEILA, born: ['1368', '13', '1'] })
    expect(errorOf(noDate)).toBe(fa.error['birth_date_invalid'])

    const wrongDate = await claim(agent, page, { ...LEILA, born: ['1368', '2', '16'] })
    const wrongPerson = await claim(agent, page, { ...SARA })
    expect(errorOf(wrongDate)).toBe(fa.error['registry_mismatch'])
    expect(errorOf(wrongPerson)).toBe(fa.error['registry_mismatch'])
    // The very same page, but for what was typed.
    const bare = ({ html }: Seen) => html.replace(/value="[^"]*"|selected|[0-9a-f-]{36}/g, '')
    expect(bare(wrongDate)).toBe(bare(wrongPerson))
  })

  it('takes Persian digits and what people put between them', async () => {
    const { agent, page, party, request } = await asked({ mobile: '09120000004' })
    const fields = { national_id: '۹۹۹-۰۰۰۰۰ ۴۲', year: '۱۳۶۵', month: '11', day: '۳۰' }
    const end = await agent.walk(await agent.submit(page, fields, 'national_id'))
    expect((await party.redeem(end.away!, request)).claims()?.['acr']).toBe(`${ACR}2`)
  })

  it.each([
    ['minor', person('09120000005', '9990000050', '1398', '5', '5')],
    ['deceased', person('09120000006', '9990000069', '1320', '3', '10')],
    ['multiple', person('09120000009', '9990000093', '1350', '4', '4')],
  ] as const)('stops a person who is %s, and says what to do', async (why, who) => {
    const { agent, page } = await asked(who)
    const seen = await claim(agent, page, who)
    expect(headingOf(seen)).toBe(fa.registry.stops[why].title)
    const back = await agent.submit(seen, { action: 'return' }, 'csrf')
    expect(oauthError(back)).toBe('unmet_authentication_requirements')
    expect(
      await window.ports.subjects.findByIdentifier({ type: 'national_id', value: who.nationalId }),
    ).toBeUndefined()
  })

  it('tells nobody of a death but the holder of the number', async () => {
    const agent = new Agent(window)
    const { page } = await asked({ mobile: agent.mobile }, {}, agent)
    const seen = await claim(agent, page, { nationalId: '9990000069', born: ['1320', '3', '10'] })
    expect(errorOf(seen)).toBe(fa.error['registry_mismatch'])
  })

  it('shows a new name before it is passed on', async () => {
    const { agent, page, party, request } = await asked(LEILA)
    const seen = await claim(agent, page, LEILA)
    expect(headingOf(seen)).toBe(fa.registry.renamedTitle)
    expect(seen.html).toContain('لیلا تازه‌نام')
    const end = await agent.walk(await agent.submit(seen, { action: 'accept' }, 'csrf'))
    expect((await party.redeem(end.away!, request)).claims()?.['acr']).toBe(`${ACR}2`)
  })

  it('ends the guessing of birth dates', async () => {
    const agent = new Agent(window)
    const { page } = await asked({ mobile: agent.mobile }, {}, agent)
    let seen = page
    const days = Array.from({ length: 6 }, (_, at) => String(at + 1))
    for (const day of days) {
      seen = await claim(agent, page, { nationalId: '9990000107', born: ['1360', '6', day] })
    }
    expect(errorOf(seen)).toBe(fa.error['registry_too_many'])
    // Neither in another interaction.
    const { page: again } = await asked({ mobile: agent.mobile }, { prompt: 'login' }, agent)
    const right = await claim(agent, again, { nationalId: '9990000107', born: ['1360', '6', '6'] })
    expect(errorOf(right)).toBe(fa.error['registry_too_many'])
  })
})

describe('foreign nationals at level 2', () => {
  const PEOPLE = [
    [
      'a unique code',
      '09120000011',
      { document: 'unique_code', number: '999000000011', year: '1990', month: '1', day: '15' },
    ],
    [
      'a passport',
      '09120000012',
      {
        document: 'passport',
        number: 'c01x00t47',
        country: 'DEU',
        year: '1985',
        month: '3',
        day: '8',
      },
    ],
    [
      'an Amayesh card',
      '09120000013',
      { document: 'amayesh', number: 'AM1234567', year: '1979', month: '7', day: '22' },
    ],
    [
      'a refugee card',
      '09120000014',
      { document: 'refugee_card', number: 'RC7654321', year: '1995', month: '11', day: '1' },
    ],
  ] as const

  it.each(PEOPLE)('are known by %s', async (_what, mobile, fields) => {
    const { agent, page, party, request } = await asked({ mobile }, { ui_locales: 'en' })
    const form = await agent.submit(page, { action: 'foreign' }, 'national_id')
    expect(headingOf(form)).toBe(en.registry.foreignTitle)
    const end = await agent.walk(await agent.submit(form, fields, 'number'))
    if (end.away === undefined) throw new Error(`${headingOf(end)} ${errorOf(end)}`)
    expect((await party.redeem(end.away, request)).claims()?.['acr']).toBe(`${ACR}2`)
  })

  it('are one account by whichever document they show', async () => {
    const { ports } = window
    const unique = { type: 'foreign_id', value: '999000000012', issuer: 'moi' } as const
    expect(await ports.subjects.findByIdentifier(unique)).toMatchObject({
      personType: 'natural_foreign',
    })
  })

  it('hear that a document has expired', async () => {
    const { agent, page } = await asked({ mobile: '09120000015' })
    const form = await agent.submit(page, { action: 'foreign' }, 'national_id')
    const fields = {
      document: 'passport',
      number: '700000015',
      country: 'RUS',
      year: '1970',
      month: '4',
      day: '30',
    }
    const seen = await agent.submit(form, fields, 'number')
    expect(headingOf(seen)).toBe(fa.registry.stops.document_expired.title)
  })
})

describe('a registry that is away', () => {
  const FAULTS = [
    'down',
    'quota',
    'malformed',
    'wrong_type',
    'duplicate',
    'other_request',
    'unknown_code',
    'unauthorized',
  ] as const

  it.each(FAULTS)('and is %s is never a yes nor a no', async (kind) => {
    await window.tell('/faults', { service: 'shahkar', kind })
    const agent = new Agent(window)
    const { page } = await asked({ mobile: agent.mobile }, {}, agent)
    const seen = await claim(agent, page, SARA)
    expect(headingOf(seen)).toBe(fa.registry.awayTitle)
    const back = await agent.submit(seen, { action: 'leave' }, 'csrf')
    expect(oauthError(back)).toBe('temporarily_unavailable')
  })

  it('says until when, and goes on from there', async () => {
    const until = new Date(Date.now() + 3 * 3_600_000).toISOString()
    await window.tell('/faults', { service: 'civil', kind: 'maintenance', until })
    const { agent, page } = await asked(REZA, { prompt: 'login' })
    expect(headingOf(page)).toBe(fa.registry.awayTitle)
    expect(page.html).toContain(fa.registry.away['maintenance'])
    expect(page.html).toContain('دوباره بیایید')
    expect(agent).toBeDefined()
  })

  it('lets the person back with the level that he has, where the service takes it', async () => {
    await window.tell('/faults', { service: 'all', kind: 'down' })
    const agent = new Agent(window)
    const claims = JSON.stringify({ id_token: { acr: { values: [`${ACR}2`] } } })
    const params = { acr_values: '', claims }
    const { party, request, page } = await asked({ mobile: agent.mobile }, params, agent)
    const away = await claim(agent, page, SARA)
    expect(away.html).toContain(fa.registry.leaveLower)
    const end = await agent.submit(away, { action: 'leave' }, 'csrf')
    expect((await party.redeem(end.away!, request)).claims()?.['acr']).toBe(`${ACR}1`)
  })

  it('keeps what was typed, and goes on when it is back', async () => {
    await window.tell('/faults', { service: 'shahkar', kind: 'quota' })
    const mina = person('09120000003', '9990000034', '1362', '7', '30')
    const { agent, page, party, request } = await asked(mina)
    const away = await claim(agent, page, { ...mina, born: ['1362', '7', '30'] })
    expect(headingOf(away)).toBe(fa.registry.awayTitle)
    await window.tell('/faults', { service: 'shahkar', kind: 'none' })
    const early = await agent.submit(away, {}, 'csrf')
    expect(headingOf(early)).toBe(fa.registry.awayTitle)
    expect([party, request]).toBeDefined()
  })
})
