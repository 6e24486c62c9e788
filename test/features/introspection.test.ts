import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const MACHINE = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }
const CLIENTS = [
  webClient('rp', { grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }),
  webClient('other'),
  webClient('auditor', { ...MACHINE, panjereh_role: 'auditor' }),
  webClient('api', { ...MACHINE, panjereh_role: 'resource_server' }),
]
type Party = Awaited<ReturnType<typeof party>>

let window: TestWindow
let agent: Agent
let [rp, other, auditor, api] = [] as Party[] as [Party, Party, Party, Party]
beforeAll(async () => {
  window = await openWindow({ clients: CLIENTS })
  agent = new Agent(window)
  const parties = await Promise.all(CLIENTS.map((client) => party(window, client)))
  ;[rp, other, auditor, api] = parties as [Party, Party, Party, Party]
})
afterAll(() => window.close())

describe('introspection (RFC 7662, RFC 9701)', () => {
  it('says whose token it is, at which level, by which means and when', async () => {
    const { access_token, refresh_token } = await rp.tokens({}, agent)
    const level = 'urn:panjereh:acr:1'
    const common = {
      active: true,
      client_id: 'rp',
      iss: window.url,
      acr: level,
      amr: ['otp', 'sms'],
    }
    for (const by of [rp, auditor, api]) {
      const { json } = await by.introspect(access_token)
      expect(json).toMatchObject({ ...common, token_type: 'Bearer', scope: 'openid' })
      expect(json['acr_auth_time']).toEqual({ [level]: json['auth_time'] })
    }
    expect((await rp.introspect(refresh_token)).json).toMatchObject({
      active: true,
      client_id: 'rp',
    })
  })

  it.each(['access_token', 'refresh_token', 'client_credentials', 'nonsense'])(
    'finds every token, whatever the hint: %s',
    async (token_type_hint) => {
      const machine = await rp.post('/oauth2/token', { grant_type: 'client_credentials' })
      const { access_token, refresh_token } = await rp.tokens({}, agent)
      for (const token of [access_token, refresh_token, String(machine.json['access_token'])]) {
        expect((await auditor.introspect(token, { token_type_hint })).json['active']).toBe(true)
      }
    },
  )

  it('tells a client nothing about another’s token, nor of one that is not in force', async () => {
    const { access_token } = await rp.tokens({}, agent)
    expect((await other.introspect(access_token)).json).toEqual({ active: false })
    expect((await rp.introspect('invented')).json).toEqual({ active: false })
    await rp.post('/oauth2/revoke', { token: access_token })
    expect((await auditor.introspect(access_token)).json).toEqual({ active: false })
  })

  it('is signed for who asks for it so', async () => {
    const { access_token } = await rp.tokens({}, agent)
    const accept = 'application/token-introspection+jwt'
    const answer = await api.introspect(access_token, {}, { accept })
    expect(answer.headers.get('content-type')).toContain(accept)
    const keys = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
    const { payload } = await jwtVerify(answer.text, keys, { issuer: window.url, audience: 'api' })
    expect(payload['token_introspection']).toMatchObject({ active: true, client_id: 'rp' })
  })

  it('is for clients that prove who they are', async () => {
    const { access_token } = await rp.tokens({}, agent)
    const answer = await fetch(`${window.url}/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams({
        token: access_token,
        client_id: 'auditor',
        client_secret: 'wrong',
      }),
    })
    expect(answer.status).toBe(401)
  })

  it('by an auditor is an event about the person; by a machine, of the machine’s', async () => {
    const { access_token } = await rp.tokens({}, agent)
    await auditor.introspect(access_token)
    await window.ports.events.flush()
    const told = await window.ports.eventLog.list({ type: 'token.introspected', limit: 999 })
    const looks = told.filter((event) => event.actor === 'auditor')
    expect(looks.length).toBeGreaterThan(0)
    expect(looks[0]).toMatchObject({ clientId: 'rp', subjectId: expect.any(String) })
  })
})
