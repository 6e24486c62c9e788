import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../src/pages/text/en.ts'
import { fakePicture } from './support/fake-face.ts'
import { errorOf, SARA } from './support/level-2.ts'
import {
  allowMore,
  cardOf,
  heldOf,
  openFaceWindow,
  perform,
  placeOf,
  press,
  reasonOf,
  reply,
  send,
  showCard,
  subjectIdOf,
  toLevel3,
  uidOf,
  type FaceWindow,
} from './support/level-3.ts'

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

const subjectOf = () => subjectIdOf(window)
const evidenceOf = async () => window.ports.evidence.ofSubject(await subjectOf())

/** The page of the movements, with everything before it done. */
async function toMovements(params: Record<string, string> = {}) {
  const start = await toLevel3(window, params)
  return { ...start, page: await showCard(start.agent, start.page) }
}

describe('what goes wrong', () => {
  it('a busy engine is said, counts for nothing, and proves nothing', async () => {
    const { agent, page } = await toMovements()
    await perform(agent, page)
    const left = await triesLeft()
    window.fake.state.isBusy = true
    const again = await press(agent, page, 'next')
    expect(reasonOf(again)).toBe(en.face.again.busy)
    expect(await triesLeft()).toBe(left + 1)
  })

  it('an engine that is away is said, and counts for nothing', async () => {
    const { agent, page } = await toMovements()
    await perform(agent, page)
    const left = await triesLeft()
    window.fake.state.isAway = true
    expect(await reply(send(agent, page, cardOf(SARA), 9))).toMatchObject({ say: 'busy' })
    expect((await send(agent, page, cardOf(SARA), 0)).status).toBe(429)
    expect(reasonOf(await press(agent, page, 'next'))).toBe(en.face.again.unavailable)
    expect(await triesLeft()).toBe(left + 1)
  })

  it('a picture whose memory was lost is asked for again', async () => {
    const { agent, page } = await toMovements()
    await perform(agent, page)
    window.captures.wipe(uidOf(page))
    const card = await press(agent, page, 'next')
    expect(placeOf(card)).toBe('face/card')
    expect(errorOf(card)).toBe(en.error['face_lost'])
  })

  it('a cancelled visit leaves nothing in memory', async () => {
    const { agent, page } = await toMovements()
    await reply(send(agent, page, fakePicture({ face: 'sara', move: 'straight' }), 0))
    expect(heldOf(window, page)).toBe(1)
    const streams = window.fake.streams()
    const { away } = await press(agent, page, 'cancel')
    expect(away?.searchParams.get('error')).toBe('access_denied')
    expect(heldOf(window, page)).toBe(0)
    expect(window.fake.streams()).toBe(streams - 1)
  })

  it('two forms at once are one try', async () => {
    const { agent, page } = await toMovements()
    await perform(agent, page)
    const before = (await evidenceOf()).length
    const ends = await Promise.all([press(agent, page, 'next'), press(agent, page, 'next')])
    expect(ends.filter(({ away, html }) => away ?? html.includes('skip')).length).toBeGreaterThan(0)
    expect((await evidenceOf()).length).toBe(before + 1)
  })

  const triesLeft = async () => {
    const limit = { name: 'face_tries_hour', points: 60, seconds: 3600 }
    return (await window.ports.limiter.peek(limit, await subjectOf())).remaining
  }
})
