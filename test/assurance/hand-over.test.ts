import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Database } from '../../adapters/sql/database.ts'
import { openFreshDatabase } from '../support/fresh-database.ts'
import { sqlTransientStores } from '../../adapters/sql/index.ts'
import { DEVICE_SECONDS, handOver, OFFER_SECONDS } from '../../src/assurance/hand-over.ts'
import { newJourney, type HandOver, type Journey } from '../../src/assurance/journey.ts'
import type { Visit } from '../../src/assurance/level.ts'
import { fakeClock, fakeEvents, fakeRandom, testSecrets } from '../support/fakes.ts'

let database: Database
beforeAll(async () => {
  database = await openFreshDatabase()
  await database.migrate()
})
afterAll(() => database.close())

const PLAIN: Omit<Visit, 'uid'> = {
  subjectId: 'somebody',
  clientId: 'agency',
  locale: 'fa',
  origin: { address: 'a', subnet: 's' },
}
const ABOUT = { clientId: 'agency' }
const codeIn = (address: string) => address.split('/').at(-1) ?? ''

function world() {
  const VISIT = { ...PLAIN, uid: randomUUID() }
  const [clock, events, secrets] = [fakeClock(Date.now()), fakeEvents(), testSecrets()]
  const stores = sqlTransientStores({ knex: database.knex, secrets, clock })
  const ports = { ...stores, clock, events, secrets, random: fakeRandom }
  const handOvers = handOver(ports, { issuer: 'https://window.example', ttlSeconds: 1800 })
  let version: number | undefined

  /** As the driver keeps it. */
  async function keep(made: HandOver | undefined, more: Partial<Journey> = {}): Promise<void> {
    const open = { step: 'face', page: 'consent', state: {} }
    const journey = { ...newJourney('somebody'), open, handOver: made, ...more }
    version = (await stores.steps.load(VISIT.uid))?.version
    expect(await stores.steps.save(VISIT.uid, journey, version, 1800)).toBe(true)
  }

  async function offered() {
    const made = await handOvers.offer(VISIT, 'face')
    if (made === undefined) throw new Error('too many')
    await keep(made)
    return { made, code: codeIn(handOvers.addressOf(VISIT.uid, made)) }
  }
  return { clock, events, handOvers, keep, offered, stores, uid: VISIT.uid }
}

describe('a hand-over', () => {
  let w: ReturnType<typeof world>
  beforeEach(() => {
    w = world()
  })

  it('lets one device in, by a secret that is kept nowhere', async () => {
    const { code, made } = await w.offered()
    expect(await w.handOvers.preview(code)).toEqual({
      kind: 'open',
      uid: w.uid,
      number: made.number,
    })
    const taken = await w.handOvers.take(code, ABOUT)
    if (taken.kind !== 'taken') throw new Error(taken.kind)
    const entered = await w.handOvers.enter(taken.secret)
    expect(entered?.uid).toBe(w.uid)
    const kept = JSON.stringify((await w.stores.steps.load(w.uid))?.value)
    expect(kept).toContain(entered?.device)
    expect(kept).not.toContain(taken.secret)
    expect(kept).not.toContain(code)
    const { rows } = await database.knex.raw<{ rows: object[] }>('SELECT * FROM artifacts')
    for (const secret of [code, taken.secret]) expect(JSON.stringify(rows)).not.toContain(secret)
    expect(await w.handOvers.take(code, ABOUT)).toEqual({ kind: 'used' })
    expect(w.events.told.map(({ type }) => type)).toEqual(['hand_over.offered', 'hand_over.taken'])
  })

  it('is taken by exactly one of many', async () => {
    const { code } = await w.offered()
    const all = await Promise.all(Array.from({ length: 8 }, () => w.handOvers.take(code, ABOUT)))
    expect(all.filter(({ kind }) => kind === 'taken')).toHaveLength(1)
  })

  it('waits three minutes, and not longer', async () => {
    const { code } = await w.offered()
    w.clock.later(OFFER_SECONDS * 1000 - 1)
    expect((await w.handOvers.preview(code)).kind).toBe('open')
    w.clock.later(1)
    expect((await w.handOvers.preview(code)).kind).toBe('expired')
    expect((await w.handOvers.take(code, ABOUT)).kind).toBe('expired')
  })

  it('ends a while after it was taken, whatever comes of it', async () => {
    const { code } = await w.offered()
    const taken = await w.handOvers.take(code, ABOUT)
    if (taken.kind !== 'taken') throw new Error(taken.kind)
    w.clock.later(DEVICE_SECONDS * 1000 - 1)
    expect(await w.handOvers.enter(taken.secret)).toBeDefined()
    w.clock.later(1)
    expect(await w.handOvers.enter(taken.secret)).toBeUndefined()
  })

  it.each<[string, (made: HandOver) => readonly [HandOver | undefined, Partial<Journey>]]>([
    ['was offered anew', (made) => [{ ...made, nonce: 'another' }, {}]],
    ['was taken back', (made) => [{ ...made, over: 'ended' }, {}]],
    ['is no more', () => [undefined, {}]],
    ['was taken by another device', (made) => [{ ...made, device: 'its name' }, {}]],
    ['was cancelled', (made) => [made, { refused: 'cancelled', open: undefined }]],
    ['has come to its end', (made) => [made, { finished: true, open: undefined }]],
    ['is at another step', (made) => [made, { open: { step: 'otp', page: 'code', state: {} } }]],
  ])('of a visit that %s leads nowhere', async (_what, change) => {
    const { code, made } = await w.offered()
    await w.keep(...change(made))
    expect((await w.handOvers.preview(code)).kind).toBe('expired')
    expect((await w.handOvers.take(code, ABOUT)).kind).toBe('expired')
  })

  it('waits for a turn that is under way, and overwrites nothing', async () => {
    const { code, made } = await w.offered()
    await w.keep(made, { busyUntil: w.clock.now() + 15_000 })
    const taking = w.handOvers.take(code, ABOUT)
    await new Promise((resolve) => setTimeout(resolve, 60))
    await w.keep({ ...made, over: 'ended' })
    expect((await taking).kind).toBe('expired')
  })

  it('is offered ten times in a visit', async () => {
    const visit = { ...PLAIN, uid: w.uid }
    const offers = Array.from({ length: 12 }, () => w.handOvers.offer(visit, 'face'))
    const made = (await Promise.all(offers)).filter((one) => one !== undefined)
    expect(made).toHaveLength(10)
    expect(new Set(made.map(({ nonce }) => nonce)).size).toBe(10)
  })
})
