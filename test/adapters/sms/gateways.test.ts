import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { failover } from '../../../adapters/sms/failover.ts'
import { smsGateway } from '../../../adapters/sms/index.ts'
import { smsInbox, type RunningInbox } from '../../../sandbox/sms-inbox/main.ts'
import { UpstreamUnavailable } from '../../../src/errors.ts'

let inbox: RunningInbox
beforeAll(async () => {
  inbox = await smsInbox({ port: 0 })
})
afterAll(() => inbox.close())

const settings = (kind: string) => {
  const table: Record<string, { kind: string; [key: string]: unknown }> = {
    kavenegar: { kind, apiKey: 'k', template: 't', baseUrl: inbox.url },
    'sms-ir': { kind, apiKey: 'k', templateId: 1, baseUrl: inbox.url },
    http: { kind, url: `${inbox.url}/http/send`, statusUrl: `${inbox.url}/http/status` },
  }
  return table[kind] ?? { kind }
}
const message = (code: string) => ({
  to: '+989121234567',
  code,
  text: `#${code}`,
  locale: 'fa' as const,
})
const fault = (gateway: string, kind: string) =>
  fetch(`${inbox.url}/faults`, { method: 'POST', body: JSON.stringify({ gateway, kind }) })
const messages = async () =>
  (await (await fetch(`${inbox.url}/messages?to=09121234567`)).json()) as {
    gateway: string
    code: string
  }[]

describe.each(['kavenegar', 'sms-ir', 'http'])('%s', (kind) => {
  it('delivers a code and knows what became of it', async () => {
    const gateway = smsGateway([settings(kind)])
    const { gateway: by, messageId } = await gateway.send(message('123456'))
    expect(by).toBe(kind)
    expect(await messages()).toMatchObject([{ gateway: kind, code: '123456' }])
    expect(await gateway.status(`${by}:${messageId}`)).toBe('delivered')
    expect(await gateway.status(`${by}:999999`)).toBe('unknown')
  })

  it.each(['down', 'reject'])('is an outage when the gateway is %s', async (how) => {
    await fault(kind, how)
    const sending = smsGateway([settings(kind)]).send(message('222222'))
    await expect(sending).rejects.toBeInstanceOf(UpstreamUnavailable)
    await fault(kind, 'none')
  })
})

describe('failover', () => {
  it('sends the same code by the next gateway', async () => {
    await fault('kavenegar', 'down')
    const both = smsGateway([settings('kavenegar'), settings('sms-ir')])
    expect(await both.send(message('333333'))).toMatchObject({ gateway: 'sms-ir' })
    expect(await messages()).toMatchObject([{ gateway: 'sms-ir', code: '333333' }])
    await fault('kavenegar', 'none')
  })

  it('leaves a failing gateway alone for a while', async () => {
    let calls = 0
    const bad = {
      name: 'bad',
      send: async () => {
        calls += 1
        throw new UpstreamUnavailable('bad', 'down')
      },
      status: async () => 'unknown' as const,
    }
    const gateway = failover([bad], { failures: 2, pauseMs: 60_000, atOnce: 10 })
    for (let i = 0; i < 5; i += 1)
      await expect(gateway.send(message('1'))).rejects.toThrow(/no gateway/)
    expect(calls).toBe(2)
  })

  it('names no number in its error', async () => {
    await fault('http', 'reject')
    const error = await smsGateway([settings('http')])
      .send(message('444444'))
      .catch((e: unknown) => e)
    const told = JSON.stringify(error, Object.getOwnPropertyNames(Object(error)))
    expect(told).not.toMatch(/9121234567|444444/)
    await fault('http', 'none')
  })

  it('refuses a kind that it does not know', () => {
    expect(() => smsGateway([{ kind: 'pigeon' }])).toThrow(/kavenegar, sms-ir, http/)
  })
})
