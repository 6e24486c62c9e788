import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import { Agent, type Seen } from './support/agent.ts'
import { errorOf, headingOf, SARA } from './support/level-2.ts'
import {
  ACR,
  actionOf,
  allowMore,
  cardOf,
  fieldOf,
  goThrough,
  openFaceWindow,
  perform,
  placeOf,
  press,
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
afterEach(() => allowMore(window))

const ends = en.face.phoneEnds
const addressIn = (page: Seen) => /http:[^\s<"]*\/hand-over\/[\w-]{43}/.exec(page.html)?.[0] ?? ''
const numberIn = (page: Seen) => /class="big"><bdi[^>]*>(\d+)</.exec(page.html)?.[1]
const english = (url: string | URL) => `${url}?lang=en`

interface Where {
  readonly place?: string
  readonly phase?: string
}
const where = async (agent: Agent, uid: string) =>
  (await (await agent.fetch(`${uid}/state`)).json()) as Where

/** A desktop that shows the code. */
async function desktop(params: Record<string, string> = {}) {
  const start = await toLevel3(window, params)
  const { pathname } = start.page.url
  const waiting = await press(start.agent, start.page, 'handover')
  return { ...start, waiting, pathname, address: addressIn(waiting) }
}

/** A phone that has scanned the code and said yes. */
async function phoneAt(address: string, agent = new Agent(window)) {
  const asked = await agent.get(english(address))
  return { agent, asked, page: await press(agent, asked, 'confirm') }
}

async function ready(params: Record<string, string> = {}) {
  const first = await desktop(params)
  return { first, second: await phoneAt(first.address) }
}

describe('a hand-over', () => {
  it('goes on on the phone, and by itself on the desktop', async () => {
    const first = await desktop()
    expect(placeOf(first.waiting)).toBe('face/handover')
    expect(await where(first.agent, first.pathname)).toEqual({
      place: 'face/handover',
      phase: 'waiting',
    })
    const phone = new Agent(window)
    const asked = await phone.get(english(first.address))
    expect(headingOf(asked)).toBe(en.face.phoneTitle)
    expect(asked.html).toContain('A Service')
    expect(numberIn(asked)).toBe(numberIn(first.waiting))
    expect(numberIn(asked)).toMatch(/^\d{4}$/)
    const consent = await press(phone, asked, 'confirm')
    expect(placeOf(consent)).toBe('face/consent')
    expect(consent.html).not.toContain('value="handover"')
    expect((await where(first.agent, first.pathname)).phase).toBe('taken')
    const done = await goThrough(phone, await showCard(phone, consent))
    expect(headingOf(done)).toBe(ends.done.title)
    expect((await where(first.agent, first.pathname)).place).not.toBe('face/handover')
    const end = await first.agent.walk(await first.agent.get(first.pathname))
    const claims = (await first.party.redeem(end.away as URL, first.request)).claims()
    expect(claims).toMatchObject({ acr: `${ACR}3`, amr: expect.arrayContaining(['face']) })
    // Afterwards the phone still says so, and has no session of its own.
    expect(headingOf(await phone.get('/hand-over'))).toBe(ends.done.title)
    const party = await relyingParty(window, RP)
    const { url } = await party.request({ prompt: 'none' })
    expect((await phone.get(url)).away?.searchParams.get('error')).toBe('login_required')
  })

  it('is told of in the events, without the code', async () => {
    const events = await window.ports.eventLog.list({ limit: 5000 })
    const told = events.filter(({ type }) => type.startsWith('hand_over.'))
    expect(told.map(({ type }) => type)).toEqual(['hand_over.offered', 'hand_over.taken'])
    const subjectId = await subjectIdOf(window)
    for (const event of told) expect(event).toMatchObject({ subjectId, clientId: 'rp' })
  })

  it('is taken by one of many at once', async () => {
    const { address } = await desktop()
    const phones = Array.from({ length: 5 }, () => new Agent(window))
    const asked = await Promise.all(phones.map((phone) => phone.get(english(address))))
    const pages = await Promise.all(
      phones.map((phone, at) => press(phone, asked[at] as Seen, 'confirm')),
    )
    expect(pages.filter((page) => placeOf(page) === 'face/consent')).toHaveLength(1)
    expect(pages.filter((page) => headingOf(page) === ends.gone.title)).toHaveLength(4)
  })

  it('is not used up by looking at it, nor by a no', async () => {
    const { address } = await desktop()
    const curious = new Agent(window)
    await curious.get(english(address))
    const no = await press(curious, await curious.get(english(address)), 'abort')
    expect(headingOf(no)).toBe(ends.stopped.title)
    expect(placeOf((await phoneAt(address)).page)).toBe('face/consent')
  })

  it('ends when the phone gives up, and the desktop goes on', async () => {
    const { first, second } = await ready()
    await press(second.agent, second.page, 'cancel')
    expect(headingOf(await second.agent.get('/hand-over'))).toBe(ends.stopped.title)
    const here = await first.agent.get(first.pathname)
    expect(placeOf(here)).toBe('face/consent')
    expect(errorOf(here)).toBe(en.error['hand_over_ended'])
  })

  it.each(['cancel', 'take_back'])('ends with the desktop’s %s', async (action) => {
    const { first, second } = await ready()
    const page = await press(second.agent, second.page, 'agree')
    await send(second.agent, page, cardOf(SARA), 0)
    expect(window.captures.bytes()).toBeGreaterThan(0)
    await press(first.agent, first.waiting, action)
    expect(window.captures.bytes()).toBe(0)
    expect((await send(second.agent, page, cardOf(SARA), 1)).status).toBeGreaterThanOrEqual(409)
    expect(placeOf(await press(second.agent, page, 'next'))).toBeUndefined()
    const said = headingOf(await second.agent.get('/hand-over'))
    expect([ends.stopped.title, ends.gone.title]).toContain(said)
  })

  it('leads to the refusal on the desktop when the phone’s face is another one', async () => {
    const { first, second } = await ready()
    const movements = await showCard(second.agent, second.page)
    const stopped = await goThrough(second.agent, movements, { who: 'a stranger' })
    expect(headingOf(stopped)).toBe(en.face.stops.other_face.title)
    expect(headingOf(await press(second.agent, stopped, 'return'))).toBe(ends.stopped.title)
    const { away } = await first.agent.get(first.pathname)
    expect(away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })

  it('has a few codes a visit, of which the last one counts', async () => {
    const { agent, waiting, address } = await desktop()
    const second = await press(agent, waiting, 'handover')
    expect(addressIn(second)).not.toBe(address)
    const late = await new Agent(window).get(english(address))
    expect([late.status, headingOf(late)]).toEqual([410, ends.gone.title])
    let page = second
    for (let turn = 0; turn < 9; turn += 1) page = await press(agent, page, 'handover')
    expect(page.html).toContain(en.error['hand_over_too_many'])
  })
})

const cookieOf = (answer: Response, name: string) =>
  answer.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`)) ?? ''

describe('attacks on a hand-over', () => {
  it('a stolen code is of no use once it was taken', async () => {
    const { first } = await ready()
    const thief = new Agent(window)
    const seen = await thief.get(english(first.address))
    expect([seen.status, headingOf(seen)]).toEqual([410, ends.gone.title])
    expect((await thief.get('/hand-over')).status).toBe(410)
  })

  it('a code of the shape of one leads nowhere, and guesses are counted', async () => {
    const guesser = new Agent(window)
    const guess = () => guesser.get(english(`${window.url}/hand-over/${'A'.repeat(43)}`))
    expect((await guess()).status).toBe(410)
    for (let turn = 0; turn < 60; turn += 1) await guess()
    expect((await guess()).status).toBe(429)
  })

  it('a form of another browser takes nothing', async () => {
    const { address } = await desktop()
    const attacker = new Agent(window)
    const csrf = fieldOf(await attacker.get(english(address)), 'csrf') ?? ''
    const victim = new Agent(window)
    // Without a look of its own, and after one: the form is good for the browser that it was drawn for.
    for (const look of [false, true]) {
      if (look) await victim.get(english(address))
      await victim.post(address, { csrf, action: 'confirm' })
      expect((await victim.get('/hand-over')).status).toBe(410)
    }
    const crossSite = await attacker.fetch(address, {
      method: 'POST',
      body: new URLSearchParams({ csrf, action: 'confirm' }),
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(crossSite.headers.getSetCookie().join()).not.toContain('panjereh_hand_over=')
  })

  it('a cookie that was planted is replaced when the code is taken', async () => {
    const { address } = await desktop()
    const victim = new Agent(window)
    victim.jar.take(new URL(window.url), ['panjereh_hand_over=planted; path=/; httponly'])
    const asked = await victim.get(english(address))
    await press(victim, asked, 'confirm')
    const attacker = new Agent(window)
    attacker.jar.take(new URL(window.url), ['panjereh_hand_over=planted; path=/; httponly'])
    expect((await attacker.get('/hand-over')).status).toBe(410)
    expect(placeOf(await victim.get('/hand-over'))).toBe('face/consent')
  })

  it('the phone reaches nothing but its step', async () => {
    const { first, second } = await ready()
    for (const path of [first.pathname, `${first.pathname}/state`]) {
      const answer = await second.agent.fetch(path, { headers: { accept: 'text/html' } })
      expect(answer.status).toBe(410)
    }
    expect((await send(second.agent, first.waiting, cardOf(SARA), 0)).status).toBe(410)
    // The names of other steps, of consent, and of what only the desktop may.
    const csrf = fieldOf(second.page, 'csrf') ?? ''
    for (const input of [
      { place: 'otp/number', mobile: '09120000002' },
      { place: 'registry/iranian', action: 'foreign' },
      { place: 'face/handover', action: 'take_back' },
      { action: 'handover' },
      { action: 'accept' },
    ]) {
      const seen = await second.agent.post('/hand-over', { csrf, ...(input as object) })
      expect(placeOf(seen)).toBe('face/consent')
    }
    expect(placeOf(await first.agent.get(first.pathname))).toBe('face/handover')
  })

  it('the desktop cannot go through the step that it has given away', async () => {
    const { first, second } = await ready()
    const { agent, page } = first
    expect(placeOf(await press(agent, page, 'agree'))).toBe('face/handover')
    const csrf = fieldOf(first.waiting, 'csrf') ?? ''
    await agent.post(first.pathname, { csrf, action: 'agree' })
    expect(placeOf(await second.agent.get('/hand-over'))).toBe('face/consent')
    const card = await press(second.agent, second.page, 'agree')
    const asDesktop = { 'x-place': 'face/card', 'x-csrf-token': csrf }
    expect((await send(agent, first.waiting, cardOf(SARA), 0, asDesktop)).status).toBe(409)
    expect(placeOf(card)).toBe('face/card')
  })

  it('the phone’s form and stream are its own', async () => {
    const [one, other] = [await ready(), await ready()]
    const page = await press(one.second.agent, one.second.page, 'agree')
    const theirs = { 'x-csrf-token': fieldOf(other.second.page, 'csrf') ?? '' }
    expect((await send(one.second.agent, page, cardOf(SARA), 0, theirs)).status).toBe(403)
    expect((await send(new Agent(window), page, cardOf(SARA), 0)).status).toBe(410)
    expect((await send(one.second.agent, page, cardOf(SARA), 0)).status).toBe(200)
    // A form with somebody else's token is not acted on.
    const csrf = fieldOf(other.second.page, 'csrf') ?? ''
    await one.second.agent.post(actionOf(page), { csrf, action: 'cancel' })
    expect(placeOf(await one.second.agent.get('/hand-over'))).toBe('face/card')
  })

  it('two visits do not mix: the phone of one proves nothing in the other', async () => {
    const [one, other] = [await ready(), await desktop()]
    const movements = await showCard(one.second.agent, one.second.page)
    await perform(one.second.agent, movements)
    await press(one.second.agent, movements, 'next')
    expect(await where(other.agent, other.pathname)).toMatchObject({ phase: 'waiting' })
    expect(placeOf(await other.agent.get(other.pathname))).toBe('face/handover')
  })

  it('cookies are for this host alone, behind TLS, and no script reads them', async () => {
    const { address } = await desktop()
    const behindTls = (cookie: string, body?: URLSearchParams) =>
      fetch(english(address), {
        headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.9.9.9', cookie },
        redirect: 'manual',
        ...(body ? { method: 'POST', body } : {}),
      })
    const look = await behindTls('')
    const start = cookieOf(look, '__Host-panjereh_hand_over_start')
    const csrf = /name="csrf" value="([^"]+)"/.exec(await look.text())?.[1] ?? ''
    const pair = start.split(';')[0] ?? ''
    const taken = await behindTls(pair, new URLSearchParams({ csrf, action: 'confirm' }))
    const right = cookieOf(taken, '__Host-panjereh_hand_over')
    for (const cookie of [start, right]) {
      expect(cookie).toMatch(/; path=\/;.*samesite=strict; secure; httponly/i)
      expect(cookie).not.toMatch(/domain=/i)
    }
  })

  it('the code stands nowhere in the store, and not in the address of what follows', async () => {
    const { first, second } = await ready()
    const code = first.address.split('/').at(-1) ?? ''
    expect(second.page.url.pathname).toBe('/hand-over')
    expect(second.asked.headers.get('referrer-policy')).toBe('no-referrer')
    const events = JSON.stringify(await window.ports.eventLog.list({ limit: 5000 }))
    expect(code).toHaveLength(43)
    expect(events).not.toContain(code)
  })
})
