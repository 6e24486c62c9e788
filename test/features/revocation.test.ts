import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const RP = webClient('rp', {
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
})
const OTHER = webClient('other')

let window: TestWindow
let agent: Agent
let rp: Awaited<ReturnType<typeof party>>
let other: Awaited<ReturnType<typeof party>>
beforeAll(async () => {
  window = await openWindow({ clients: [RP, OTHER] })
  agent = new Agent(window)
  rp = await party(window, RP)
  other = await party(window, OTHER)
})
afterAll(() => window.close())

const revoke = (by: typeof rp, token: string, more: Record<string, string> = {}) =>
  by.post('/oauth2/revoke', { token, ...more })

describe('revocation (RFC 7009)', () => {
  it('of an access token ends what was granted with it', async () => {
    const { access_token, refresh_token } = await rp.tokens({}, agent)
    expect((await revoke(rp, access_token)).status).toBe(200)
    expect((await rp.userinfo(access_token)).status).toBe(401)
    expect((await rp.introspect(access_token)).json).toEqual({ active: false })
    // Section 2.1: the refresh token may go with it, and does.
    expect((await rp.refresh(refresh_token)).json['error']).toBe('invalid_grant')
  })

  it('of a refresh token ends what was made of it', async () => {
    const { access_token, refresh_token } = await rp.tokens({}, agent)
    const hint = { token_type_hint: 'refresh_token' }
    expect((await revoke(rp, refresh_token, hint)).status).toBe(200)
    expect((await rp.refresh(refresh_token)).json['error']).toBe('invalid_grant')
    expect((await rp.userinfo(access_token)).status).toBe(401)
  })

  it('finds the token in spite of a wrong hint', async () => {
    const { refresh_token } = await rp.tokens({}, agent)
    await revoke(rp, refresh_token, { token_type_hint: 'access_token' })
    expect((await rp.refresh(refresh_token)).json['error']).toBe('invalid_grant')
    const machine = await rp.post('/oauth2/token', { grant_type: 'client_credentials' })
    const token = String(machine.json['access_token'])
    await revoke(rp, token, { token_type_hint: 'something_else' })
    expect((await rp.introspect(token)).json).toEqual({ active: false })
  })

  it('answers 200 about a token that is not there', async () => {
    expect((await revoke(rp, 'invented')).status).toBe(200)
    const { refresh_token } = await rp.tokens({}, agent)
    await revoke(rp, refresh_token)
    expect((await revoke(rp, refresh_token)).status).toBe(200)
  })

  it('leaves another client’s token alone', async () => {
    const { access_token, refresh_token } = await rp.tokens({}, agent)
    for (const token of [access_token, refresh_token]) {
      const { status, json } = await revoke(other, token)
      expect(status === 200 ? undefined : json['error']).not.toBe('server_error')
    }
    expect((await rp.userinfo(access_token)).status).toBe(200)
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  it('needs the client, and a token', async () => {
    const answer = await fetch(`${window.url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x', client_id: 'rp', client_secret: 'wrong' }),
    })
    expect(answer.status).toBe(401)
    expect((await rp.post('/oauth2/revoke', {})).json['error']).toBe('invalid_request')
  })
})
