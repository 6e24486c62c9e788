import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { Agent } from '../support/agent.ts'
import { confirmed, entered, openKiosk, type Started } from '../support/kiosk.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

type Kiosk = Awaited<ReturnType<typeof openKiosk>>

let window: TestWindow
let kiosks: readonly [Kiosk, Kiosk]
let own: ReturnType<Kiosk['at']>
let asking: typeof own

beforeAll(async () => {
  kiosks = [await openKiosk(), await openKiosk('asking', { panjereh_first_party: false })]
  window = await openWindow({ clients: kiosks.map(({ metadata }) => metadata) })
  own = kiosks[0].at(window)
  asking = kiosks[1].at(window)
})
afterAll(async () => {
  await window.close()
  for (const kiosk of kiosks) await kiosk.close()
})

/** A browser of its own at a given address, with the form before it. */
async function guesser(address: string, path = '/device') {
  const headers = { accept: 'text/html', 'x-forwarded-for': address }
  const form = await fetch(`${window.url}/device`, { headers })
  const cookie = form.headers.getSetCookie().map((line) => line.split(';')[0])
  const xsrf = /name="xsrf" value="(\w+)"/.exec(await form.text())?.[1] ?? ''
  return (user_code: string) =>
    fetch(`${window.url}${path}`, {
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
    const started = await own.start()
    expect(started.verification_uri).toBe(`${window.url}/device`)
    expect(started.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect((await own.poll(started)).json['error']).toBe('authorization_pending')
    const agent = new Agent(window)
    const confirm = await entered(agent, started.user_code.toLowerCase().replace('-', ' '))
    expect(confirm.html).toContain('A Kiosk')
    expect(confirm.html).toContain(started.user_code)
    const asked = await agent.submit(confirm, { confirm: 'yes' }, 'user_code')
    expect((await own.poll(started)).json['error']).toBe('authorization_pending')
    const done = await agent.walk(asked)
    expect([done.status, done.html]).toEqual([200, expect.stringContaining('دستگاه متصل شد')])
    const { status, json } = await own.poll(started)
    expect(status).toBe(200)
    const claims = decodeJwt(String(json['id_token']))
    expect(claims).toMatchObject({ aud: 'kiosk', acr: 'urn:panjereh:acr:1', amr: ['otp', 'sms'] })
    const userinfo = await fetch(`${window.url}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${String(json['access_token'])}` },
    })
    expect(await userinfo.json()).toMatchObject({ sub: claims.sub, phone_number_verified: true })
    expect((await own.poll(started)).json['error']).toBe('invalid_grant')
  })

  it('shows the code of verification_uri_complete, and sends nothing by itself', async () => {
    const { verification_uri_complete, user_code } = await own.start()
    const seen = await new Agent(window).get(verification_uri_complete)
    expect(seen.html).toContain(`value="${user_code}"`)
    expect(seen.html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    const spoilt = await new Agent(window).get('/device?user_code="><b>x')
    expect(spoilt.html).not.toContain('"><b>x')
  })

  it('tells the kiosk that the person refused: at the code, at the sign-in, at the consent', async () => {
    const atCode = await own.start()
    await confirmed(new Agent(window), atCode, 'abort')
    expect((await own.poll(atCode)).json['error']).toBe('access_denied')

    const atSignIn = await own.start()
    const agent = new Agent(window)
    const asked = await confirmed(agent, atSignIn)
    await agent.submit(asked, { action: 'cancel' }, 'csrf')
    expect((await own.poll(atSignIn)).json['error']).toBe('access_denied')

    const atConsent = await asking.start()
    const other = new Agent(window)
    await other.walk(await confirmed(other, atConsent), { consent: 'refuse' })
    expect((await asking.poll(atConsent)).json['error']).toBe('access_denied')
  })

  it('reaches the level that was asked for, or says that it cannot', async () => {
    const started = await own.start({ acr_values: 'urn:panjereh:acr:4' })
    await confirmed(new Agent(window), started)
    expect((await own.poll(started)).json['error']).toBe('unmet_authentication_requirements')
  })

  it('ends', async () => {
    const started = await own.start()
    expect(started.expires_in).toBe(600)
    await expire(started)
    expect((await own.poll(started)).json['error']).toBe('expired_token')
    expect((await entered(new Agent(window), started.user_code)).html).toContain('role="alert"')
  })

  it('is the client’s own', async () => {
    const started = await own.start()
    expect((await asking.poll(started)).json['error']).toBe('invalid_grant')
    expect((await own.poll({ ...started, device_code: 'invented' })).json['error']).toBe(
      'invalid_grant',
    )
  })

  it('takes a code once, from one person', async () => {
    const started = await own.start()
    const agent = new Agent(window)
    await agent.walk(await confirmed(agent, started))
    expect((await entered(new Agent(window), started.user_code)).html).toContain('role="alert"')
    expect((await own.poll(started)).status).toBe(200)
  })

  it('slows down who asks too often, and still gives what is ready', async () => {
    const started = await own.start()
    const answers = []
    for (let turn = 0; turn < 14; turn += 1) answers.push((await own.poll(started)).json['error'])
    expect(answers.slice(0, 12)).toEqual(Array(12).fill('authorization_pending'))
    expect(answers.slice(12)).toEqual(['slow_down', 'slow_down'])
    const agent = new Agent(window)
    await agent.walk(await confirmed(agent, started))
    expect((await own.poll(started)).status).toBe(200)
  })

  it('counts wrong codes by address, and not the right ones', async () => {
    const { user_code } = await own.start()
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

  it('counts them however the address is spelt', async () => {
    const spellings = ['/device', '/device/', '/DEVICE', '/Device/']
    const statuses = []
    for (let turn = 0; turn < 24; turn += 1) {
      const guess = await guesser('198.51.200.7', spellings[turn % spellings.length])
      statuses.push((await guess('BBBB-BBBB')).status)
    }
    expect(statuses).toEqual([...Array<number>(20).fill(200), ...Array<number>(4).fill(429)])
  })

  it('keeps a visitor who has not signed in no longer than a visit', async () => {
    const endOf = (lines: readonly string[]) => {
      const held = lines.find((line) => line.startsWith('panjereh_session=')) ?? ''
      return Date.parse(/expires=([^;]+)/i.exec(held)?.[1] ?? '') - Date.now()
    }
    const agent = new Agent(window)
    const seen = await agent.get('/device')
    expect(endOf(seen.headers.getSetCookie())).toBeLessThanOrEqual(30 * 60_000)
    const started = await own.start()
    const done = await agent.walk(await confirmed(agent, started))
    expect(done.status).toBe(200)
    const again = await agent.get('/device')
    expect(endOf(again.headers.getSetCookie())).toBeGreaterThan(13 * 86_400_000)
  })

  it('does not take a confirmation from another page', async () => {
    const { user_code } = await own.start()
    const agent = new Agent(window)
    await agent.get('/device')
    const forged = await agent.post('/device', { user_code, confirm: 'yes', xsrf: 'forged' })
    expect(forged.html).not.toContain('A Kiosk')
    expect(forged.url.pathname).toBe('/device')
  })
})
