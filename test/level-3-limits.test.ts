import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import { Agent, type Seen } from './support/agent.ts'
import { fakePicture } from './support/fake-face.ts'
import { headingOf } from './support/level-2.ts'
import {
  cardOf,
  goThrough,
  openFaceWindow,
  perform,
  placeOf,
  press,
  reply,
  RP,
  send,
  showCard,
  toLevel3,
  uidOf,
  type FaceWindow,
} from './support/level-3.ts'
import { relyingParty } from './support/relying-party.ts'

let window: FaceWindow
beforeAll(async () => {
  window = await openFaceWindow({ triesPerHour: 60, triesPerDay: 100 })
})
afterAll(() => window.close())

/** The page of the movements, with everything before it done. */
async function toMovements() {
  const start = await toLevel3(window)
  return { ...start, page: await showCard(start.agent, start.page) }
}

describe('limits', () => {
  let strict: FaceWindow
  beforeAll(async () => {
    strict = await openFaceWindow({ triesPerHour: 2, triesPerDay: 3 })
  })
  afterAll(() => strict.close())

  const fail = async (agent: Agent, page: Seen) =>
    goThrough(agent, page, { twist: (scene) => ({ ...scene, isPrint: true }) })

  it('end the tries of a subject, in this visit and in others, with the hour when there are more', async () => {
    const { agent, page } = await toLevel3(strict)
    const first = await fail(agent, await showCard(agent, page))
    expect(first.html).toContain(en.face.triesLeft(1))
    const end = await fail(agent, await press(agent, first, 'retry'))
    expect(headingOf(end)).toBe(en.face.stops.too_many.title)
    expect(end.html).toContain('Tehran time')
    expect(strict.captures.bytes() + strict.fake.streams()).toBe(0)
    const another = await toLevel3(strict)
    expect(headingOf(another.page)).toBe(en.face.stops.too_many.title)
    const { away } = await press(another.agent, another.page, 'return')
    expect(away?.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })

  it('count each challenge that is asked for, finished or not, and however many at once', async () => {
    const reza = {
      mobile: '09120000002',
      nationalId: '9990000026',
      born: ['1355', '6', '20'],
    } as const
    const { agent, page } = await toLevel3(strict, {}, { who: reza })
    const movements = await showCard(agent, page, () => cardOf(reza))
    const begun = strict.fake.state.begun
    const frame = () => fakePicture({ face: 'sara', move: 'straight' })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => reply(send(agent, movements, frame(), 0))),
    )
    expect(strict.fake.state.begun - begun).toBe(2)
    expect(answers.filter(({ done, tone }) => done && tone === 'bad')).toHaveLength(4)
  })

  it('give back what proved something', async () => {
    const leila = {
      mobile: '09120000007',
      nationalId: '9990000077',
      born: ['1368', '2', '15'],
    } as const
    for (let turn = 0; turn < 3; turn += 1) {
      const { agent, page } = await toLevel3(strict, {}, { who: leila })
      const movements = await showCard(agent, page, () => cardOf(leila))
      expect((await agent.walk(await goThrough(agent, movements))).away).toBeDefined()
    }
  })
})

describe('the stream', () => {
  const frame = () => fakePicture({ face: 'sara', move: 'straight' })
  const status = async (answer: Promise<Response>) => (await answer).status

  it('takes pictures of this page alone, from this browser alone', async () => {
    const { agent, page } = await toMovements()
    expect(await status(send(agent, page, frame(), 0, { 'x-csrf-token': 'x'.repeat(43) }))).toBe(
      403,
    )
    expect(await status(send(agent, page, frame(), 0, { 'sec-fetch-site': 'cross-site' }))).toBe(
      403,
    )
    expect(await status(send(agent, page, frame(), 0, { 'x-place': 'face/card' }))).toBe(409)
    expect(await status(send(agent, page, frame(), 0, { 'x-place': 'otp/code' }))).toBe(409)
    expect(await status(send(new Agent(window), page, frame(), 0))).toBe(410)
    const other = await toMovements()
    expect(await status(send(other.agent, page, frame(), 0))).toBe(410)
  })

  it('takes pictures alone, of a size, in an order', async () => {
    const { agent, page } = await toMovements()
    const types = [
      'image/svg+xml',
      'image/gif',
      'application/json',
      'multipart/form-data; boundary=a',
    ]
    for (const type of types) {
      expect(await status(send(agent, page, frame(), 0, { 'content-type': type }))).toBe(415)
    }
    for (const sequence of ['-1', '1.5', 'a', '12345678', '']) {
      expect(await status(send(agent, page, frame(), 0, { 'x-sequence': sequence }))).toBe(400)
    }
    for (const place of ['face', '../face/card', 'face/liveness/x', '']) {
      expect(await status(send(agent, page, frame(), 0, { 'x-place': place }))).toBe(400)
    }
    expect(await status(send(agent, page, new Uint8Array(4 * 1024 * 1024 + 1), 0))).toBe(413)
    // No frame without a first one.
    expect(await status(send(agent, page, frame(), 7))).toBe(409)
  })

  it('is answered by JSON that nobody keeps, and never moves the visit', async () => {
    const { agent, page } = await toMovements()
    const answer = await send(agent, page, frame(), 0)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    await perform(agent, page)
    expect(placeOf(await agent.get(page.url))).toBe('face/liveness')
  })

  it('is slowed down', async () => {
    const { agent, page } = await toMovements()
    const limit = { name: 'stream', points: 600, seconds: 60 }
    await window.ports.limiter.take(limit, uidOf(page), 600)
    const answer = await send(agent, page, frame(), 0)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is not there for other steps', async () => {
    const agent = new Agent(window)
    const party = await relyingParty(window, RP)
    const page = await agent.get((await party.request()).url)
    expect(await status(send(agent, page, frame(), 0))).toBe(409)
  })
})
