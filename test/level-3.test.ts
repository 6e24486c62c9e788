import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { EventType } from '../src/ports/event-sink.ts'
import { en } from '../src/pages/text/en.ts'
import { Agent } from './support/agent.ts'
import { FAKE_MARK, fakePicture } from './support/fake-face.ts'
import { headingOf, openRegistryWindow, SARA } from './support/level-2.ts'
import {
  ACR,
  allowMore,
  cardOf,
  goThrough,
  heldOf,
  openFaceWindow,
  perform,
  placeOf,
  press,
  reasonOf,
  reply,
  RP,
  send,
  showCard,
  subjectIdOf,
  toLevel3,
  type FaceWindow,
} from './support/level-3.ts'
import { relyingParty } from './support/relying-party.ts'

let window: FaceWindow
beforeAll(async () => {
  window = await openFaceWindow({ triesPerHour: 60, triesPerDay: 100 })
})
afterAll(() => window.close())
afterEach(async () => {
  Object.assign(window.fake.state, { isBusy: false, isAway: false })
  await window.tell('/reset', {})
  await allowMore(window)
})

const eventsOf = (type: EventType) => window.ports.eventLog.list({ type, limit: 1000 })
const subjectOf = () => subjectIdOf(window)
const evidenceOf = async () => window.ports.evidence.ofSubject(await subjectOf())

/** The page of the movements, with everything before it done. */
async function toMovements(params: Record<string, string> = {}) {
  const start = await toLevel3(window, params)
  return { ...start, page: await showCard(start.agent, start.page) }
}

describe('level 3', () => {
  it('asks for leave, for the card and for the face, and answers with acr 3', async () => {
    const { agent, page: consent, party, request } = await toLevel3(window)
    expect(placeOf(consent)).toBe('face/consent')
    expect(headingOf(consent)).toBe(en.face.consentTitle)
    const movements = await showCard(agent, consent)
    expect(placeOf(movements)).toBe('face/liveness')
    const end = await agent.walk(await goThrough(agent, movements))
    const claims = (await party.redeem(end.away as URL, request)).claims()
    expect(claims).toMatchObject({
      acr: `${ACR}3`,
      amr: expect.arrayContaining(['otp', 'registry', 'face']),
    })
    const times = claims?.['acr_auth_time'] as Record<string, number>
    expect(times[`${ACR}3`]).toBe(claims?.auth_time)
    expect(times[`${ACR}2`]).toBeLessThanOrEqual(Number(times[`${ACR}3`]))
  })

  it('keeps of it scores, versions, nonce and codes, and wipes what it saw', async () => {
    const [proof] = (await evidenceOf()).filter(({ rank }) => rank === 3)
    expect(proof).toMatchObject({ method: 'face', amr: ['face'], verifier: 'face-decision/1' })
    expect(proof?.detail).toMatchObject({
      result: 'proved',
      matcher: 'fake-matcher/1',
      liveness: 'fake-liveness/1',
      attacks: 'fake-attacks/1',
      cards: 'fake-cards/1',
      live_nonce: expect.stringMatching(/^nonce-/),
      card_match: 'same',
      card_match_score: 0.7,
      attack: 'bona_fide',
      card_number: 'match',
      registry_portrait: 'not_permitted',
    })
    const { expires_at: expires } = proof?.detail ?? {}
    expect(Number(expires) - Number(proof?.provedAt)).toBe(900_000)
    expect(window.captures.bytes()).toBe(0)
    expect(window.fake.streams()).toBe(0)
    const [judged] = (await eventsOf('face.judged')).slice(-1)
    expect(judged?.detail).toEqual({ result: 'proved', stage: 'liveness', reasons: '' })
  })

  it('is asked for anew when 900 seconds are over, and not before', async () => {
    const short = await openFaceWindow(
      {},
      { env: { PANJEREH_LEVEL_LIFETIMES: '1=2592000,2=86400,3=2,4=0' } },
    )
    try {
      const { agent, page } = await toLevel3(short)
      await agent.walk(await goThrough(agent, await showCard(agent, page)))
      const party = await relyingParty(short, RP)
      const again = await party.request({ acr_values: `${ACR}3` })
      expect((await agent.get(again.url)).away).toBeDefined()
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      const late = await party.request({ acr_values: `${ACR}3` })
      expect(placeOf(await agent.get(late.url))).toBe('face/consent')
    } finally {
      await short.close()
    }
  })

  it('is not in the ladder of a window without engines', async () => {
    const plain = await openRegistryWindow({ clients: [RP] })
    try {
      const party = await relyingParty(plain, RP)
      const request = await party.request({ acr_values: `${ACR}3` })
      const { away } = await new Agent(plain).get(request.url)
      expect(away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
    } finally {
      await plain.close()
    }
  })
})

describe('the movements', () => {
  const tries = [
    ['somebody else', { who: 'a stranger' }, 'stopped', en.face.stops.other_face.title],
    [
      'a print',
      { twist: (scene: object) => ({ ...scene, isPrint: true }) },
      'again',
      en.face.again.presentation_attack,
    ],
    [
      'another person half-way',
      { twist: (scene: object, at: number) => (at > 0 ? { ...scene, face: 'other' } : scene) },
      'again',
      en.face.again.changed_person,
    ],
    [
      'no face',
      { twist: (scene: object) => ({ ...scene, face: undefined }) },
      'again',
      en.face.again.no_face,
    ],
    [
      'somebody who does not turn',
      { twist: (scene: object) => ({ ...scene, move: 'turn_up' as 'straight' }) },
      'again',
      en.face.again.not_turned,
    ],
  ] as const

  it.each(tries)('of %s prove nothing', async (_who, acting, kind, words) => {
    const { agent, page } = await toMovements()
    const end = await goThrough(agent, page, acting)
    expect(placeOf(end)).toBe(`face/${kind}`)
    expect(kind === 'again' ? reasonOf(end) : headingOf(end)).toBe(words)
    const [failed] = (await evidenceOf()).filter(({ rank }) => rank === 0)
    expect(failed).toMatchObject({ method: 'face', amr: [] })
  })

  it('of the wrong person end the visit for the service', async () => {
    const { agent, page } = await toMovements()
    const stopped = await goThrough(agent, page, { who: 'a stranger' })
    const { away } = await press(agent, stopped, 'return')
    expect(away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
    expect(heldOf(window, page)).toBe(0)
  })

  it('of the wrong person lead to level 2 where the service takes it', async () => {
    const levels = { acr_values: `${ACR}3 ${ACR}2` }
    const { agent, page, party, request } = await toMovements(levels)
    const stopped = await goThrough(agent, page, { who: 'a stranger' })
    const end = await agent.walk(await press(agent, stopped, 'return'))
    const claims = (await party.redeem(end.away as URL, request)).claims()
    expect(claims?.['acr']).toBe(`${ACR}2`)
  })

  it('may be tried again with the card that was read', async () => {
    const { agent, page } = await toMovements()
    const twist = (scene: object) => ({ ...scene, isPrint: true })
    const again = await goThrough(agent, page, { twist })
    const movements = await press(agent, again, 'retry')
    expect(placeOf(movements)).toBe('face/liveness')
    expect((await agent.walk(await goThrough(agent, movements))).away).toBeDefined()
  })

  it('are not proved by the form alone', async () => {
    const { agent, page } = await toMovements()
    const same = await press(agent, page, 'next')
    expect(placeOf(same)).toBe('face/liveness')
    await reply(send(agent, page, fakePicture({ face: 'sara', move: 'straight' }), 0))
    expect(reasonOf(await press(agent, same, 'next'))).toBe(en.face.again.not_turned)
  })

  it('may be gentle', async () => {
    const { agent, page } = await toMovements()
    const gentle = await press(agent, page, 'gentle')
    expect(gentle.html).toContain(en.face.gentleText)
    await agent.walk(await goThrough(agent, gentle))
    const [proof] = (await evidenceOf()).filter(({ rank }) => rank === 3)
    expect(proof?.detail).toMatchObject({ live_gentle: true })
  })

  it('note what the camera says of itself', async () => {
    const { agent, page } = await toMovements()
    await perform(agent, page)
    const signals = JSON.stringify({ label: 'OBS Virtual Camera', webdriver: true })
    await agent.walk(await press(agent, page, 'next', { signals }))
    const [proof] = (await evidenceOf()).filter(({ rank }) => rank === 3)
    expect(proof?.detail).toMatchObject({ signal_score: 1, signals: 'virtual_label webdriver' })
    expect(JSON.stringify(proof)).not.toContain('OBS')
  })

  it('of a camera that is a program are refused where the operator wants it', async () => {
    const strict = await openFaceWindow({ virtualCameras: 'refuse' })
    try {
      const start = await toLevel3(strict)
      const page = await showCard(start.agent, start.page)
      await perform(start.agent, page)
      const signals = JSON.stringify({ label: 'OBS Virtual Camera' })
      const end = await press(start.agent, page, 'next', { signals })
      expect(headingOf(end)).toBe(en.face.stops.virtual_camera.title)
      expect(strict.captures.bytes() + strict.fake.streams()).toBe(0)
    } finally {
      await strict.close()
    }
  })
})

describe('the registry’s portrait', () => {
  const portraitOf = (scene: object) =>
    Buffer.from(fakePicture({ face: 'sara', ...scene })).toString('base64')
  const give = (portrait: string) => window.tell('/personas/sara', { portrait }, 'PATCH')

  it('makes good a poor portrait on the card', async () => {
    await give(portraitOf({}))
    const { agent, page } = await toLevel3(window)
    const movements = await showCard(agent, page, () => cardOf(SARA, { isPoor: true }))
    expect((await agent.walk(await goThrough(agent, movements))).away).toBeDefined()
    const [proof] = (await evidenceOf()).filter(({ rank }) => rank === 3)
    expect(proof?.detail).toMatchObject({
      card_match: 'unsure',
      registry_match: 'same',
      registry_verifier: 'civil-gsb/1',
    })
  })

  it('of somebody else refuses, however good the card', async () => {
    await give(portraitOf({ face: 'the true sara' }))
    const { agent, page } = await toMovements()
    const end = await goThrough(agent, page)
    expect(headingOf(end)).toBe(en.face.stops.other_face.title)
  })

  it('that is not given leaves a poor portrait unsure', async () => {
    const { agent, page } = await toLevel3(window)
    const movements = await showCard(agent, page, () => cardOf(SARA, { isPoor: true }))
    expect(reasonOf(await goThrough(agent, movements))).toBe(en.face.again.match_unsure)
  })

  it('is not waited for: a registry that is away keeps nobody back', async () => {
    const { agent, page } = await toMovements()
    await window.tell('/faults', { service: 'civil', kind: 'down' })
    expect((await agent.walk(await goThrough(agent, page))).away).toBeDefined()
    const [proof] = (await evidenceOf()).filter(({ rank }) => rank === 3)
    expect(proof?.detail).toMatchObject({ registry_portrait: 'unavailable' })
  })
})

describe('who is not eligible', () => {
  it('a foreign national is told what to do', async () => {
    const agent = new Agent(window)
    const party = await relyingParty(window, RP)
    const { url } = await party.request({ acr_values: `${ACR}3`, ui_locales: 'en' })
    const iranian = await agent.walk(await agent.get(url), { mobile: '09120000011' })
    const form = await agent.submit(iranian, { action: 'foreign' }, 'national_id')
    const fields = { document: 'unique_code', number: '999000000011', country: '' }
    const born = { year: '1990', month: '1', day: '15' }
    const stopped = await agent.walk(await agent.submit(form, { ...fields, ...born }, 'number'))
    expect(headingOf(stopped)).toBe(en.face.stops.no_card.title)
    const { away } = await press(agent, stopped, 'return')
    expect(away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })
})

describe('what is kept', () => {
  it('holds nothing of any picture: neither the events nor the database', async () => {
    const { agent, page } = await toMovements()
    await agent.walk(await goThrough(agent, page))
    const events = JSON.stringify(await window.ports.eventLog.list({ limit: 5000 }))
    const evidence = JSON.stringify(await evidenceOf())
    for (const text of [events, evidence]) {
      expect(text).not.toContain(FAKE_MARK)
      expect(text).not.toContain(Buffer.from(FAKE_MARK).toString('base64').slice(0, 12))
      expect(text).not.toContain('/9j/')
    }
  })
})
