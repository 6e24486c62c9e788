import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { shownJson, walkThroughWindow } from '../../sandbox/citizen.ts'
import { demoAgency, type RunningAgency } from '../../sandbox/demo-agency/agency.ts'
import { HttpCitizen } from '../../sandbox/http-citizen.ts'
import { demoClients } from '../../src/demo-clients.ts'
import { freshMobile } from '../support/agent.ts'
import { freePort } from '../support/free-port.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const SECRET = 'b'.repeat(43)

describe('the sample bank', () => {
  let window: TestWindow
  let bank: RunningAgency

  beforeAll(async () => {
    const port = await freePort()
    const bankUrl = `http://127.0.0.1:${port}`
    const secrets = { agency: SECRET, auditor: SECRET, bank: SECRET }
    const clients = demoClients({ agencyUrl: 'http://localhost:1', bankUrl, secrets })
    window = await openWindow({ clients })
    bank = await demoAgency({
      port,
      publicUrl: bankUrl,
      issuer: window.url,
      clientId: 'demo-bank',
      clientSecret: SECRET,
      title: 'title_bank',
    })
  })
  afterAll(async () => {
    await bank?.close()
    await window?.close()
  })

  it('asks for one service by name, and gets a token for that service', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(bank.url)
    await citizen.fill('rar', 'on')
    await citizen.fill('par', 'on')
    await citizen.press({ name: 'level', value: '1' })
    const { pages } = await walkThroughWindow(citizen, {
      issuer: window.url,
      inboxUrl: window.inboxUrl,
      mobile: freshMobile(),
    })
    expect(pages).toContain('consent')
    expect(await shownJson(citizen, 'token-facts')).toMatchObject({
      authorization_details: [
        { type: 'ir.service_request', service: 'deed-copy', request_ref: '1403-55721' },
      ],
    })
  })

  it('gets no details that it did not ask for', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(bank.url)
    await citizen.press({ name: 'level', value: '1' })
    await walkThroughWindow(citizen, {
      issuer: window.url,
      inboxUrl: window.inboxUrl,
      mobile: freshMobile(),
    })
    expect(await shownJson(citizen, 'token-facts')).not.toHaveProperty('authorization_details')
  })
})
