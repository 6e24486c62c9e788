import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { SmsReceipt } from '../../../src/ports/sms-gateway.ts'
import { inboxGateways, message, TO, until, type InboxGateways } from './inbox-gateways.ts'

const BOTH = ['kavenegar', 'sms-ir']
/** Quick looks, so that a test does not wait for a minute. */
const DELIVERY = { looksMs: [5, 5], atOnce: 500, askMs: 1000 }

let inbox: InboxGateways
beforeEach(async () => {
  inbox = await inboxGateways()
})
afterEach(() => inbox.close())

async function taken(sending: Promise<SmsReceipt | 'refused'>): Promise<SmsReceipt> {
  const receipt = await sending
  if (receipt === 'refused') throw new Error('refused')
  return receipt
}

describe('failover', () => {
  it('sends the same code by the next gateway', async () => {
    await inbox.fault('kavenegar', 'down')
    expect(await inbox.gateways(BOTH).send(message('333333'))).toMatchObject({ gateway: 'sms-ir' })
    expect(await inbox.messages()).toMatchObject([{ gateway: 'sms-ir', code: '333333' }])
  })

  it('leaves a failing gateway alone for a while, and comes back', async () => {
    await inbox.fault('kavenegar', 'down')
    const gateway = inbox.gateways(['kavenegar'], { failures: 2, pauseMs: 300 })
    const outage = () => expect(gateway.send(message('111111'))).rejects.toThrow(/no gateway/)
    await outage()
    await outage()
    await inbox.fault('kavenegar', 'none')
    await outage()
    await until(async () =>
      gateway.send(message('111111')).then(
        () => true,
        () => false,
      ),
    )
  })

  it('tries another when a gateway refuses the number, and blames nobody', async () => {
    await inbox.fault('kavenegar', 'refuse', { to: '09121234567' })
    const gateway = inbox.gateways(BOTH, { failures: 2 })
    for (let i = 0; i < 6; i += 1)
      expect(await gateway.send(message('1'))).toMatchObject({ gateway: 'sms-ir' })
    const other = message('2', { to: '+989350000000' })
    expect(await gateway.send(other)).toMatchObject({ gateway: 'kavenegar' })
  })

  it('tells texts by the next gateway, and holds nothing against codes', async () => {
    await inbox.fault('kavenegar', 'down')
    const gateway = inbox.gateways(BOTH, { failures: 1, pauseMs: 60_000 })
    const told = { to: TO, text: 'گواهی', locale: 'fa' as const }
    expect(await gateway.tell?.(told)).toMatchObject({ gateway: 'sms-ir' })
    await inbox.fault('kavenegar', 'none')
    expect(await gateway.tell?.(told)).toMatchObject({ gateway: 'sms-ir' })
    expect(await gateway.send(message('1'))).toMatchObject({ gateway: 'kavenegar' })
  })

  it('texts that hang take no place of codes', async () => {
    await inbox.fault('kavenegar', 'hang', { to: TO })
    const gateway = inbox.gateways(['kavenegar'], { textsAtOnce: 2, atOnce: 1, eachMs: 2000 })
    const told = { to: TO, text: 'گواهی', locale: 'fa' as const }
    const hanging = [1, 2, 3].map(async () => gateway.tell?.(told).catch(() => 'away'))
    await until(async () => (await inbox.load())['kavenegar'] === 2)
    const other = message('1', { to: '+989350000000' })
    expect(await gateway.send(other)).toMatchObject({ gateway: 'kavenegar' })
    expect(await Promise.all(hanging)).toEqual(['away', 'away', 'away'])
  })

  it('is refused when no gateway sends to the number', async () => {
    for (const kind of BOTH) await inbox.fault(kind, 'refuse')
    expect(await inbox.gateways(BOTH).send(message('1'))).toBe('refused')
  })
})

describe('a gateway that hangs', () => {
  it('holds the page up for its own time only, and all of them together for theirs', async () => {
    for (const kind of BOTH) await inbox.fault(kind, 'hang')
    const three = inbox.gateways([...BOTH, 'http'], { eachMs: 400 })
    expect(await three.send(message('1'))).toMatchObject({ gateway: 'http' })
    await inbox.fault('http', 'hang')
    const all = inbox.gateways([...BOTH, 'http'], { eachMs: 2000, allMs: 600 })
    await expect(all.send(message('1'))).rejects.toThrow(/no gateway/)
    // The third was not asked: there was no time left for it.
    expect((await inbox.load())['http']).toBe(0)
  })

  it('lets go of its connections', async () => {
    await inbox.fault('kavenegar', 'hang')
    const gateway = inbox.gateways(['kavenegar'], { eachMs: 400, failures: 1000 })
    const sendings = Array.from({ length: 20 }, () => gateway.send(message('1')).catch(() => 'no'))
    await until(async () => (await inbox.load())['kavenegar'] === 20)
    expect(new Set(await Promise.all(sendings))).toEqual(new Set(['no']))
  })

  it('takes no more than its share of messages under way', async () => {
    await inbox.fault('kavenegar', 'hang')
    const gateway = inbox.gateways(BOTH, { eachMs: 3000, atOnce: 5, failures: 1000 })
    const sendings = Array.from({ length: 60 }, () => gateway.send(message('1')))
    await until(async () => (await inbox.load())['kavenegar'] === 5)
    const first = await Promise.race(sendings)
    expect(first).toMatchObject({ gateway: 'sms-ir' })
    expect((await inbox.load())['kavenegar']).toBe(5)
    const sent = await Promise.allSettled(sendings)
    // The other gateway has a share of its own, and what is over both is refused rather than queued.
    expect(sent.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(5)
  })
})

describe('what becomes of messages', () => {
  it('tells a repeated message to go by another gateway unless it arrived', async () => {
    const gateway = inbox.gateways(BOTH)
    await inbox.fault('kavenegar', 'undelivered')
    const first = await taken(gateway.send(message('1')))
    expect(first).toMatchObject({ gateway: 'kavenegar' })
    const again = await taken(gateway.send(message('1', { repeats: first })))
    expect(again).toMatchObject({ gateway: 'sms-ir' })
    const third = message('1', { repeats: again })
    expect(await gateway.send(third)).toMatchObject({ gateway: 'kavenegar' })
  })

  it('repeats by the only gateway there is', async () => {
    const gateway = inbox.gateways(['kavenegar'])
    await inbox.fault('kavenegar', 'pending')
    const first = await taken(gateway.send(message('1')))
    const again = message('1', { repeats: first })
    expect(await gateway.send(again)).toMatchObject({ gateway: 'kavenegar' })
  })

  it.each(['undelivered', 'pending'])('puts a gateway last whose messages are %s', async (kind) => {
    await inbox.fault('kavenegar', kind)
    const gateway = inbox.gateways(BOTH, { failures: 3, pauseMs: 60_000, delivery: DELIVERY })
    for (let i = 0; i < 3; i += 1) await gateway.send(message('1'))
    await until(async () => (await taken(gateway.send(message('2')))).gateway === 'sms-ir')
  })

  it('forgets what was lost once something arrives', async () => {
    const gateway = inbox.gateways(BOTH, { failures: 3, pauseMs: 60_000, delivery: DELIVERY })
    const settled = () => new Promise((resolve) => setTimeout(resolve, 100))
    for (const kind of ['undelivered', 'undelivered', 'none', 'undelivered', 'undelivered']) {
      await inbox.fault('kavenegar', kind)
      expect(await gateway.send(message('1'))).toMatchObject({ gateway: 'kavenegar' })
      await settled()
    }
    expect(await gateway.send(message('1'))).toMatchObject({ gateway: 'kavenegar' })
  })
})
