import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import { inboxGateways, message, TO, type InboxGateways } from './inbox-gateways.ts'

const KINDS = ['kavenegar', 'sms-ir', 'http']

let inbox: InboxGateways
beforeAll(async () => {
  inbox = await inboxGateways()
})
afterEach(async () => {
  for (const kind of KINDS) await inbox.fault(kind, 'none')
})
afterAll(() => inbox.close())

describe.each(KINDS)('%s', (kind) => {
  const statusAfter = async (code: string) => {
    const gateway = inbox.gateways([kind])
    const receipt = await gateway.send(message(code))
    if (receipt === 'refused') throw new Error('refused')
    return gateway.status(`${receipt.gateway}:${receipt.messageId}`)
  }

  it('delivers a code and knows what became of it', async () => {
    expect(await statusAfter('123456')).toBe('delivered')
    expect(await inbox.messages()).toMatchObject([{ gateway: kind, code: '123456' }])
    expect(await inbox.gateways([kind]).status(`${kind}:999999`)).toBe('unknown')
  })

  it.each([
    { fault: 'undelivered', status: 'failed' },
    { fault: 'pending', status: 'pending' },
  ])('tells that a message is $status', async ({ fault, status }) => {
    await inbox.fault(kind, fault)
    expect(await statusAfter('654321')).toBe(status)
    expect(await inbox.messages()).not.toMatchObject([{ code: '654321' }])
  })

  it.each(['down', 'reject'])('is an outage when the gateway is %s', async (how) => {
    await inbox.fault(kind, how)
    const sending = inbox.gateways([kind]).send(message('222222'))
    await expect(sending).rejects.toBeInstanceOf(UpstreamUnavailable)
  })

  it('says that the number is refused, and it alone', async () => {
    await inbox.fault(kind, 'refuse', { to: '09121234567' })
    const gateway = inbox.gateways([kind])
    expect(await gateway.send(message('333333'))).toBe('refused')
    expect(await gateway.send(message('333333', { to: '+989350000000' }))).toMatchObject({
      gateway: kind,
    })
  })

  it('delivers a text without a code, or says that it is refused or away', async () => {
    const told = { to: TO, text: 'گواهی امضا به نام شما صادر شد', locale: 'fa' as const }
    const gateway = inbox.gateways([kind])
    expect(await gateway.tell?.(told)).toMatchObject({ gateway: kind })
    expect((await inbox.notices())[0]).toMatchObject({ gateway: kind, text: told.text })
    await inbox.fault(kind, 'refuse')
    expect(await gateway.tell?.(told)).toBe('refused')
    await inbox.fault(kind, 'down')
    await expect(gateway.tell?.(told)).rejects.toBeInstanceOf(UpstreamUnavailable)
  })

  it('names no number and no key in its error', async () => {
    await inbox.fault(kind, 'reject')
    const error: unknown = await inbox
      .gateways([kind])
      .send(message('444444'))
      .catch((e: unknown) => e)
    const told = JSON.stringify(error, Object.getOwnPropertyNames(Object(error)))
    expect(told).not.toMatch(/9121234567|444444|\/v1\/k\//)
  })
})

describe('the gateways of the configuration', () => {
  it('are of a kind that is known', () => {
    expect(() => inbox.gateways(['pigeon'])).toThrow(/kavenegar, sms-ir, http/)
  })

  it('tell nothing where all of them are set up for codes alone', () => {
    expect(inbox.gateways(['codes-alone']).tell).toBeUndefined()
  })

  it('have names of their own', () => {
    expect(() => inbox.gateways(['http', 'http'])).toThrow(/name/)
  })
})
