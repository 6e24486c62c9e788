import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { inboxGateways, type InboxGateways } from '../adapters/sms/inbox-gateways.ts'

let inbox: InboxGateways
let window: TestWindow
let party: Awaited<ReturnType<typeof relyingParty>>
beforeAll(async () => {
  inbox = await inboxGateways()
  const client = webClient('agency')
  window = await openWindow({
    clients: [client],
    env: {
      PANJEREH_OTP_RESEND: '1s',
      PANJEREH_SMS_GATEWAYS: JSON.stringify([
        { kind: 'kavenegar', apiKey: 'k', template: 't', baseUrl: inbox.url },
        { kind: 'sms-ir', apiKey: 'k', templateId: 1, baseUrl: inbox.url },
      ]),
    },
  })
  party = await relyingParty(window, client)
})
afterEach(async () => {
  for (const gateway of ['kavenegar', 'sms-ir']) await inbox.fault(gateway, 'none')
})
afterAll(async () => {
  await window?.close()
  await inbox?.close()
})

async function give(agent: Agent) {
  const page = await agent.get((await party.request({ ui_locales: 'en' })).url)
  return agent.submit(page, { mobile: agent.mobile })
}

describe('a citizen', () => {
  it('gets the same code by another gateway when the first did not deliver it', async () => {
    const agent = new Agent(window)
    await inbox.fault('kavenegar', 'undelivered')
    const page = await give(agent)
    expect(page.html).toContain('name="code"')
    expect(await inbox.messages(agent.mobile)).toEqual([])
    await pause(1100)
    const again = await agent.submit(page, { action: 'resend' })
    const [message] = await inbox.messages(agent.mobile)
    expect(message).toMatchObject({ gateway: 'sms-ir' })
    const next = await agent.submit(again, { code: message?.code ?? '' })
    expect(next.html).toContain('name="attestation"')
  })

  it('reads that no message goes to this number', async () => {
    const agent = new Agent(window)
    for (const gateway of ['kavenegar', 'sms-ir'])
      await inbox.fault(gateway, 'refuse', { to: agent.mobile })
    expect((await give(agent)).html).toContain('not accepted for this number')
    expect((await give(new Agent(window))).html).toContain('name="code"')
  })

  it('gets a page though a gateway hangs, and one though all do', async () => {
    await inbox.fault('kavenegar', 'hang')
    expect((await give(new Agent(window))).html).toContain('name="code"')
    await inbox.fault('sms-ir', 'hang')
    expect((await give(new Agent(window))).html).toContain('cannot be sent at the moment')
  })
})
