import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { Agent, type Seen } from '../support/agent.ts'
import { openKeySite, type KeySite } from '../support/key-site.ts'
import { clientAssertion, proofKey, type ProofKey } from '../support/proof-keys.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let window: TestWindow
let key: ProofKey
let site: KeySite

beforeAll(async () => {
  key = await proofKey()
  site = await openKeySite(key.public)
  const kiosk = webClient('kiosk', {
    client_secret: undefined,
    client_name: 'A Kiosk',
    redirect_uris: [],
    response_types: [],
    grant_types: [GRANT, 'refresh_token'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: site.url,
  })
  const asking = { ...kiosk, client_id: 'asking', panjereh_first_party: false }
  window = await openWindow({ clients: [kiosk, asking] })
})
afterAll(async () => {
  await window.close()
  await site.close()
})

interface Started {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
}

async function post(path: string, fields: Record<string, string>, clientId = 'kiosk') {
  const answer = await fetch(`${window.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await clientAssertion(key, clientId, window.url),
      ...fields,
    }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

async function start(more: Record<string, string> = {}, clientId = 'kiosk'): Promise<Started> {
  const fields = { scope: 'openid phone', ...more }
  const { status, json } = await post('/oauth2/device_authorization', fields, clientId)
  expect([status, json['error_description']]).toEqual([200, undefined])
  return json as unknown as Started
}

const poll = ({ device_code }: Started, clientId = 'kiosk') =>
  post('/oauth2/token', { grant_type: GRANT, device_code }, clientId)

async function entered(agent: Agent, userCode: string): Promise<Seen> {
  return agent.submit(await agent.get('/device'), { user_code: userCode }, 'user_code')
}

async function confirmed(agent: Agent, { user_code }: Started, answer = 'confirm'): Promise<Seen> {
  return agent.submit(await entered(agent, user_code), { [answer]: 'yes' }, 'user_code')
}

/** A browser of its own at a given address, with the form before it. */
async function guesser(address: string) {
  const headers = { accept: 'text/html', 'x-forwarded-for': address }
  const form = await fetch(`${window.url}/device`, { headers })
  const cookie = form.headers.getSetCookie().map((line) => line.split(';')[0])
  const xsrf = /name="xsrf" value="(\w+)"/.exec(await form.text())?.[1] ?? ''
  return (user_code: string) =>
    fetch(`${window.url}/device`, {
      method: 'POST',
      headers: { ...headers, cookie: cookie.join('; ') },
      body: new URLSearchParams({ user_code, xsrf }),
    })
}

/** Moves the end of the device code into the past. */
async function expire({ device_code }: Started): Promise<void> {
  const { artifacts } = window.ports
  const kept = await artifacts.get('DeviceCode', device_code)
  await artifacts.put('DeviceCode', device_code, { ...kept, exp: 1 }, 60)
}

describe('the device flow (RFC 8628)', () => {
  it('signs in on the person’s own device while the kiosk waits', async () => {
    const started = await start()
    expect(started.verification_uri).toBe(`${window.url}/device`)
    expect(started.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect((await poll(started)).json['error']).toBe('authorization_pending')
    const agent = new Agent(window)
    const confirm = await entered(agent, started.user_code.toLowerCase().replace('-', ' '))
    expect(confirm.html).toContain('A Kiosk')
    expect(confirm.html).toContain(started.user_code)
    const asked = await agent.submit(confirm, { confirm: 'yes' }, 'user_code')
    expect((await poll(started)).json['error']).toBe('authorization_pending')
    const done = await agent.walk(asked)
    expect([done.status, done.html]).toEqual([200, expect.stringContaining('دستگاه متصل شد')])
    const { status, json } = await poll(started)
    expect(status).toBe(200)
    const claims = decodeJwt(String(json['id_token']))
    expect(claims).toMatchObject({ aud: 'kiosk', acr: 'urn:panjereh:acr:1', amr: ['otp', 'sms'] })
    const userinfo = await fetch(`${window.url}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${String(json['access_token'])}` },
    })
    expect(await userinfo.json()).toMatchObject({ sub: claims.sub, phone_number_verified: true })
    expect((await poll(started)).json['error']).toBe('invalid_grant')
  })

  it('shows the code of verification_uri_complete, and sends nothing by itself', async () => {
    const { verification_uri_complete, user_code } = await start()
    const seen = await new Agent(window).get(verification_uri_complete)
    expect(seen.html).toContain(`value="${user_code}"`)
    expect(seen.html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    const spoilt = await new Agent(window).get('/device?user_code="><b>x')
    expect(spoilt.html).not.toContain('"><b>x')
  })

  it('tells the kiosk that the person refused: at the code, at the sign-in, at the consent', async () => {
    const atCode = await start()
    await confirmed(new Agent(window), atCode, 'abort')
    expect((await poll(atCode)).json['error']).toBe('access_denied')

    const atSignIn = await start()
    const agent = new Agent(window)
    const asked = await confirmed(agent, atSignIn)
    await agent.submit(asked, { action: 'cancel' }, 'csrf')
    expect((await poll(atSignIn)).json['error']).toBe('access_denied')

    const atConsent = await start({}, 'asking')
    const other = new Agent(window)
    await other.walk(await confirmed(other, atConsent), { consent: 'refuse' })
    expect((await poll(atConsent, 'asking')).json['error']).toBe('access_denied')
  })

  it('reaches the level that was asked for, or says that it cannot', async () => {
    const started = await start({ acr_values: 'urn:panjereh:acr:4' })
    await confirmed(new Agent(window), started)
    expect((await poll(started)).json['error']).toBe('unmet_authentication_requirements')
  })

  it('ends', async () => {
    const started = await start()
    expect(started.expires_in).toBe(600)
    await expire(started)
    expect((await poll(started)).json['error']).toBe('expired_token')
    expect((await entered(new Agent(window), started.user_code)).html).toContain('role="alert"')
  })

  it('is the client’s own', async () => {
    const started = await start()
    expect((await poll(started, 'asking')).json['error']).toBe('invalid_grant')
    expect((await poll({ ...started, device_code: 'invented' })).json['error']).toBe(
      'invalid_grant',
    )
  })

  it('takes a code once, from one person', async () => {
    const started = await start()
    const agent = new Agent(window)
    await agent.walk(await confirmed(agent, started))
    expect((await entered(new Agent(window), started.user_code)).html).toContain('role="alert"')
    expect((await poll(started)).status).toBe(200)
  })

  it('slows down who asks too often, and still gives what is ready', async () => {
    const started = await start()
    const answers = []
    for (let turn = 0; turn < 14; turn += 1) answers.push((await poll(started)).json['error'])
    expect(answers.slice(0, 12)).toEqual(Array(12).fill('authorization_pending'))
    expect(answers.slice(12)).toEqual(['slow_down', 'slow_down'])
    const agent = new Agent(window)
    await agent.walk(await confirmed(agent, started))
    expect((await poll(started)).status).toBe(200)
  })

  it('counts wrong codes by address, and not the right ones', async () => {
    const { user_code } = await start()
    const agent = new Agent(window)
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await entered(agent, user_code)).html).toContain(user_code)
    }
    const guesses = []
    for (let turn = 0; turn < 25; turn += 1) guesses.push(await guesser('198.51.100.7'))
    const statuses = await Promise.all(guesses.map((guess) => guess('BBBB-BBBB')))
    expect(statuses.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(20).fill(200),
      ...Array<number>(5).fill(429),
    ])
    const refused = await (await guesser('198.51.100.7'))(user_code)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.text()).not.toContain('A Kiosk')
    expect((await entered(agent, user_code)).html).toContain('A Kiosk')
  })

  it('does not take a confirmation from another page', async () => {
    const { user_code } = await start()
    const agent = new Agent(window)
    await agent.get('/device')
    const forged = await agent.post('/device', { user_code, confirm: 'yes', xsrf: 'forged' })
    expect(forged.html).not.toContain('A Kiosk')
    expect(forged.url.pathname).toBe('/device')
  })
})
