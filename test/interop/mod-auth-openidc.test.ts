import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { walkThroughWindow } from '../../sandbox/citizen.ts'
import { HttpCitizen } from '../../sandbox/http-citizen.ts'
import { unescapeHtml } from '../../sandbox/html-forms.ts'
import { freshMobile } from '../support/agent.ts'
import { freePort } from '../support/free-port.ts'
import { webClient } from '../support/relying-party.ts'
import { requires } from '../support/skips.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { startApache, type ApacheSettings, type RunningApache } from './apache.ts'

const SECRET = 'a-secret-that-apache-has-in-its-configuration-file'
const acr = (level: number) => `urn:panjereh:acr:${level}`

requires('apache')('Apache with mod_auth_openidc', () => {
  let window: TestWindow
  let apache: RunningApache
  let otherPort: number

  beforeAll(async () => {
    const port = await freePort()
    otherPort = await freePort()
    window = await openWindow({ clients: [client('apache', port), client('another', otherPort)] })
    apache = await startApache(settings(port))
  })

  afterAll(async () => {
    await apache?.stop()
    await window?.close()
  })

  const client = (clientId: string, port: number) => {
    const at = (path: string) => `http://localhost:${port}${path}`
    return webClient(clientId, {
      client_secret: SECRET,
      redirect_uris: [at('/protected/callback')],
      post_logout_redirect_uris: [at('/bye.html')],
      backchannel_logout_uri: at('/protected/callback?logout=backchannel'),
      backchannel_logout_session_required: true,
    })
  }
  const settings = (port: number, more: Partial<ApacheSettings> = {}) => ({
    port,
    clientId: 'apache',
    clientSecret: SECRET,
    issuer: window.url,
    acrValues: acr(1),
    ...more,
  })

  async function visit(citizen: HttpCitizen, from = apache) {
    await citizen.open(`${from.url}/protected/page.shtml`)
    return citizen
  }

  async function withAnother(
    different: Partial<ApacheSettings>,
    act: (other: RunningApache) => Promise<void>,
  ) {
    const other = await startApache(settings(otherPort, { clientId: 'another', ...different }))
    try {
      await act(other)
    } finally {
      await other.stop()
    }
  }

  async function signIn(citizen = new HttpCitizen(), from = apache) {
    await visit(citizen, from)
    const asked = new URL(citizen.url())
    expect(asked.origin).toBe(new URL(window.url).origin)
    await walkThroughWindow(citizen, {
      issuer: window.url,
      inboxUrl: window.inboxUrl,
      mobile: freshMobile(),
    })
    return citizen
  }

  async function info(citizen: HttpCitizen) {
    await citizen.open(`${apache.url}/protected/callback?info=json`)
    return JSON.parse(await citizen.html()) as Record<string, never>
  }

  it('signs a citizen in at level 1 and gives the claims to the page behind it', async () => {
    const citizen = await signIn()
    expect(citizen.url()).toBe(`${apache.url}/protected/page.shtml`)
    const shown = await claimsShown(citizen)
    expect(shown).toMatchObject({ acr: acr(1), iss: window.url, aud: 'apache' })
    expect(shown['sub']).toMatch(/^[\w-]{22}$/)
    // From userinfo, which is asked with the access token.
    expect(shown['phone_number']).toMatch(/^\+98912\d{7}$/)
  })

  it('asks with PKCE, and with the level that its configuration names', async () => {
    const asked = await fetch(`${apache.url}/protected/page.shtml`, { redirect: 'manual' })
    const sent = new URL(asked.headers.get('location') ?? '').searchParams
    expect(sent.get('code_challenge_method')).toBe('S256')
    expect(sent.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(sent.get('acr_values')).toBe(acr(1))
  })

  it('keeps the person out when the level that the page needs cannot be reached', async () => {
    await withAnother({ acrValues: acr(4) }, async (other) => {
      const citizen = await visit(new HttpCitizen(), other)
      expect(citizen.url()).toContain(`${other.url}/protected/callback`)
      expect(new URL(citizen.url()).searchParams.get('error')).toBe(
        'unmet_authentication_requirements',
      )
      expect(await citizen.html()).not.toContain('sub=')
    })
  })

  it('refreshes its access token, and the subject stays', async () => {
    const citizen = await signIn()
    const before = await info(citizen)
    const back = encodeURIComponent(`${apache.url}/protected/page.shtml`)
    const token = encodeURIComponent(String(before['access_token']))
    await citizen.open(`${apache.url}/protected/callback?refresh=${back}&access_token=${token}`)
    expect(citizen.url()).toBe(`${apache.url}/protected/page.shtml`)
    const after = await info(citizen)
    expect(after['access_token']).not.toBe(before['access_token'])
    expect(after['refresh_token']).not.toBe(before['refresh_token'])
    expect(after['userinfo']).toEqual(before['userinfo'])
  })

  it('signs out through the window, which asks first and comes back', async () => {
    const citizen = await signIn()
    const bye = `${apache.url}/bye.html`
    await citizen.open(`${apache.url}/protected/callback?logout=${encodeURIComponent(bye)}`)
    expect(citizen.url()).toContain(`${window.url}/oauth2/logout`)
    await citizen.press({ name: 'logout', value: 'yes' })
    expect(citizen.url()).toContain(bye)
    await visit(citizen)
    expect(await citizen.has('mobile')).toBe(true)
  })

  it('ends its session when the window says so, back channel', async () => {
    const citizen = await signIn()
    const { id_token: idToken } = await info(citizen)
    expect(idToken?.['sid']).toBeTruthy()
    // Not through Apache: it learns of it from the window alone.
    await citizen.open(`${window.url}/oauth2/logout`)
    await citizen.press({ name: 'logout', value: 'yes' })
    await citizen.open(`${apache.url}/protected/page.shtml`)
    expect(await citizen.has('mobile')).toBe(true)
  })

  it('gets nothing with a wrong secret', async () => {
    await withAnother(
      { clientSecret: 'a-secret-that-is-not-the-one-registered' },
      async (other) => {
        const citizen = await signIn(new HttpCitizen(), other)
        expect(citizen.url()).toContain(`${other.url}/protected/callback`)
        expect(await citizen.html()).not.toContain('sub=')
        expect(other.log()).toContain('invalid_client')
      },
    )
  })
})

async function claimsShown(citizen: HttpCitizen): Promise<Record<string, string>> {
  const lines = (/<pre>([\s\S]*)<\/pre>/.exec(await citizen.html())?.[1] ?? '').trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), unescapeHtml(line.slice(at + 1))]
    }),
  )
}
