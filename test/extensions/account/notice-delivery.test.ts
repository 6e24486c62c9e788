import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import {
  noticeDelivery,
  type NoticeDelivery,
  type NoticePorts,
} from '../../../src/extensions/account/notice-delivery.ts'
import type { CitizenNotice } from '../../../src/ports/citizen-notices.ts'
import type { SmsReceipt, TextMessage } from '../../../src/ports/sms-gateway.ts'
import { fakeClock, fakeEvents, fakeLimiter } from '../../support/fakes.ts'

const SCHEDULE = { waits: [1000, 5000], giveUpAfter: 10_000, lookEvery: 5 }
const RECEIPT: SmsReceipt = { gateway: 'g', messageId: '1' }

type Kept = CitizenNotice & { readonly dueAt: number }

let clock: ReturnType<typeof fakeClock>
let events: ReturnType<typeof fakeEvents>
let kept: Kept[]
let sent: TextMessage[]
let spent: number
let number: string | undefined
let tell: ((message: TextMessage) => Promise<SmsReceipt | 'refused'>) | undefined
let delivery: NoticeDelivery

beforeEach(() => {
  clock = fakeClock()
  events = fakeEvents()
  kept = []
  sent = []
  spent = 2
  number = '+989120000001'
  tell = async (message) => {
    sent.push(message)
    return RECEIPT
  }
})
afterEach(() => delivery.stop())

function start(): void {
  const isAbout = (one: Kept, { kind, about }: Pick<CitizenNotice, 'kind' | 'about'>) =>
    one.kind === kind && one.about === about
  const ports: NoticePorts = {
    activations: {
      ...{ add: never, spend: never },
      find: async (id) => ({
        ...{ id, subjectId: 's', clientId: 'agency', credentialId: 'c', hashes: [], digests: [] },
        ...{ text: 'deed.pdf', proof: '', createdAt: 0, expiresAt: 0 },
      }),
      spent: async () => spent,
    },
    citizenNotices: {
      async take(most, until) {
        const due = kept.filter(({ dueAt }) => dueAt <= clock.now()).slice(0, most)
        kept = kept.map((one) => (due.includes(one) ? { ...one, dueAt: until } : one))
        return due
      },
      async postpone(notice, dueAt, isTry) {
        const tries = isTry ? 1 : 0
        kept = kept.map((one) =>
          isAbout(one, notice) ? { ...one, dueAt, tries: one.tries + tries } : one,
        )
      },
      hasten: never,
      remove: async (notice) => void (kept = kept.filter((one) => !isAbout(one, notice))),
    },
    clients: {
      ...{ put: never, remove: never, count: never, list: never },
      find: async (id) => ({ client_id: id, client_name: 'Sample Agency' }),
    },
    clock,
    events,
    limiter: fakeLimiter(clock),
    sms: {
      ...{ name: 'g', send: never, status: never },
      ...(tell && { tell: (message: TextMessage) => tell!(message) }),
    },
    subjects: {
      ...{ find: never, findByIdentifier: never },
      identifiers: async () => [
        { type: 'national_id', value: '9990000018' },
        ...(number === undefined ? [] : [{ type: 'mobile' as const, value: number }]),
      ],
    },
  }
  delivery = noticeDelivery(ports, 'panjereh.example', SCHEDULE)
  delivery.start()
}

async function never(): Promise<never> {
  throw new Error('nobody asks for this')
}

function note(kind: CitizenNotice['kind'] = 'signed', more: Partial<Kept> = {}): void {
  const now = clock.now()
  kept.push({
    ...{ kind, about: randomUUID(), subjectId: 's', locale: 'en', at: now, tries: 0, dueAt: now },
    ...more,
  })
}

async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < 200 && !isSo(); look += 1) await pause()
  expect(isSo()).toBe(true)
}
const pause = (ms = 5) => new Promise((go) => setTimeout(go, ms))
const typesOf = () => events.told.map(({ type, detail }) => [type, detail?.['reason']])

describe('notices to citizens', () => {
  it('are sent once, to the number that is in force, without the name of a document', async () => {
    note()
    start()
    await until(() => kept.length === 0)
    await pause(30)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ to: number, locale: 'en' })
    expect(sent[0]?.text).toContain('2 items were signed in your name for "Sample Agency"')
    expect(sent[0]?.text).not.toContain('deed')
    expect(typesOf()).toEqual([['notice.sent', undefined]])
    expect(JSON.stringify(events.told)).not.toMatch(/98912|Sample|999000/)
  })

  it('wait for their time', async () => {
    note('signed', { dueAt: clock.now() + 1000 })
    start()
    await pause(30)
    expect(sent).toEqual([])
    clock.later(1000)
    await until(() => sent.length === 1)
  })

  it('tell nothing of what was agreed to and never signed', async () => {
    spent = 0
    note()
    start()
    await until(() => kept.length === 0)
    expect(sent).toEqual([])
    expect(events.told).toEqual([])
  })

  it('of certificates need no activation', async () => {
    spent = 0
    for (const kind of ['issued', 'renewed', 'revoked'] as const) note(kind)
    start()
    await until(() => sent.length === 3)
    expect(sent.map(({ text }) => /issued|renewed|revoked/.exec(text)?.[0]).sort()).toEqual([
      ...['issued', 'renewed', 'revoked'],
    ])
  })

  it('come again while the gateways are away, and end with an event', async () => {
    let tries = 0
    tell = async () => {
      tries += 1
      throw new UpstreamUnavailable('sms', 'down')
    }
    note()
    start()
    await until(() => kept[0]?.tries === 1)
    await pause(30)
    expect(tries).toBe(1)
    clock.later(1000)
    await until(() => kept[0]?.tries === 2)
    clock.later(9000)
    await until(() => kept.length === 0)
    expect(tries).toBe(3)
    expect(typesOf()).toEqual([['notice.undelivered', 'gateways_away']])
  })

  it('are sent again when a process died with them', async () => {
    note('signed', { dueAt: clock.now() + 60_000 })
    start()
    clock.later(60_001)
    await until(() => sent.length === 1)
  })

  it('more than the limit come later, and none is lost', async () => {
    for (let n = 0; n < 33; n += 1) note('issued')
    start()
    await until(() => sent.length === 30)
    await pause(30)
    expect(sent).toHaveLength(30)
    expect(kept.map(({ tries }) => tries)).toEqual([0, 0, 0])
    clock.later(3_600_000)
    await until(() => sent.length === 33)
  })

  it.each([
    ['no_number', () => void (number = undefined)],
    ['no_gateway', () => void (tell = undefined)],
    ['refused', () => void (tell = async () => 'refused')],
  ])('that nobody can be told end with an event: %s', async (reason, arrange) => {
    arrange()
    note()
    start()
    await until(() => kept.length === 0)
    expect(typesOf()).toEqual([['notice.undelivered', reason]])
  })
})
