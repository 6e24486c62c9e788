import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { CARD_PROBLEMS } from '../src/ports/card-reader.ts'
import { en } from '../src/pages/text/en.ts'
import type { Agent, Seen } from './support/agent.ts'
import { errorOf, SARA } from './support/level-2.ts'
import {
  actionOf,
  allowMore,
  cardOf,
  fieldOf,
  heldOf,
  openFaceWindow,
  placeOf,
  press,
  reasonOf,
  reply,
  send,
  toLevel3,
  type FaceWindow,
} from './support/level-3.ts'

let window: FaceWindow
beforeAll(async () => {
  window = await openFaceWindow({ triesPerHour: 60, triesPerDay: 100 })
})
afterAll(() => window.close())
afterEach(() => allowMore(window))

describe('the card', () => {
  it('is held after two good pictures in a row', async () => {
    const { agent, page: consent } = await toLevel3(window)
    const page = await press(agent, consent, 'agree')
    const say = async (image: Uint8Array<ArrayBuffer>, sequence: number) =>
      (await reply(send(agent, page, image, sequence))).say
    expect(await say(cardOf(SARA, { problem: 'glare' }), 0)).toBe('glare')
    expect(await say(cardOf(SARA), 1)).toBe('hold_still')
    expect(await say(cardOf(SARA, { problem: 'blurred' }), 2)).toBe('blurred')
    expect(await say(cardOf(SARA), 3)).toBe('hold_still')
    const held = await reply(send(agent, page, cardOf(SARA), 4))
    expect(held).toMatchObject({ say: 'card_held', done: true, tone: 'good', progress: 1 })
    expect(held.corners).toHaveLength(4)
  })

  it.each(CARD_PROBLEMS)('with %s is not read, which is said with what to do', async (problem) => {
    const { agent, page: consent } = await toLevel3(window)
    const page = await press(agent, consent, 'agree')
    const image =
      problem === 'number_other' ? cardOf({ nationalId: '9990000026' }) : cardOf(SARA, { problem })
    const again = await upload(agent, page, image)
    expect(placeOf(again)).toBe('face/again')
    expect(reasonOf(again)).toBe(en.face.cardAgain[problem])
    expect(placeOf(await press(agent, again, 'retry'))).toBe('face/card')
    expect(heldOf(window, page)).toBe(0)
  })

  it('may come as a file, without a script', async () => {
    const { agent, page: consent } = await toLevel3(window)
    const page = await press(agent, consent, 'agree')
    expect(placeOf(await upload(agent, page, cardOf(SARA)))).toBe('face/liveness')
  })

  it('that did not come is asked for again', async () => {
    const { agent, page: consent } = await toLevel3(window)
    const page = await press(agent, consent, 'agree')
    const empty = await upload(agent, page, new Uint8Array())
    expect(errorOf(empty)).toBe(en.error['card_missing'])
    expect(errorOf(await press(agent, page, 'next'))).toBe(en.error['card_missing'])
  })

  it('in a file of more than 4 MB is not read, which is said', async () => {
    const { agent, page: consent } = await toLevel3(window)
    const page = await press(agent, consent, 'agree')
    const large = await upload(agent, page, new Uint8Array(5 * 1024 * 1024))
    expect(errorOf(large)).toBe(en.error['picture_too_large'])
  })

  async function upload(agent: Agent, page: Seen, image: Uint8Array<ArrayBuffer>): Promise<Seen> {
    const form = new FormData()
    form.set('csrf', fieldOf(page, 'csrf') ?? '')
    form.set('place', placeOf(page) ?? '')
    form.set('action', 'next')
    form.set('card', new Blob([image], { type: 'image/jpeg' }), 'card.jpg')
    const answer = await agent.fetch(actionOf(page), { method: 'POST', body: form })
    expect(answer.status).toBe(303)
    return agent.get(answer.headers.get('location') ?? '')
  }
})
