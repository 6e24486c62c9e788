import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const TAX = 'https://api.tax.example/v1'
const DEEDS = 'https://api.deeds.example'
const RP = webClient('rp', {
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
})
const ASKING = webClient('asking', { panjereh_first_party: false })

let window: TestWindow
let agent: Agent
let rp: Awaited<ReturnType<typeof party>>
beforeAll(async () => {
  const resources = { [TAX]: 'tax:read tax:write', [DEEDS]: 'deeds:read' }
  window = await openWindow({
    clients: [RP, ASKING],
    env: { PANJEREH_RESOURCES: JSON.stringify(resources) },
  })
  agent = new Agent(window)
  rp = await party(window, RP)
})
afterAll(() => window.close())

describe('resource indicators (RFC 8707)', () => {
  it('make a token for one resource, with the scopes of that resource', async () => {
    const asked = { scope: 'openid tax:read', resource: TAX }
    const { request, callback } = await rp.tokens(asked, agent)
    expect(callback.searchParams.has('code')).toBe(true)
    const again = await rp.request(asked)
    const code = (await agent.signIn(again.url)).searchParams.get('code') ?? ''
    const { json } = await rp.post('/oauth2/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: request.url.searchParams.get('redirect_uri') ?? '',
      code_verifier: again.verifier,
      resource: TAX,
    })
    expect(json['scope']).toBe('tax:read')
    const token = String(json['access_token'])
    expect((await rp.introspect(token)).json).toMatchObject({
      active: true,
      aud: TAX,
      scope: 'tax:read',
    })
    expect((await rp.userinfo(token)).status).toBe(403)
  })

  it('may be several in a request; each token is for one', async () => {
    const request = await rp.request({ scope: 'openid tax:read deeds:read' })
    for (const resource of [TAX, DEEDS]) request.url.searchParams.append('resource', resource)
    const code = (await agent.signIn(request.url)).searchParams.get('code') ?? ''
    const first = await rp.post('/oauth2/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: request.url.searchParams.get('redirect_uri') ?? '',
      code_verifier: request.verifier,
      resource: TAX,
    })
    expect(first.json['scope']).toBe('tax:read')
    const refresh = String(first.json['refresh_token'])
    const second = await rp.refresh(refresh, { resource: DEEDS })
    expect(second.json['scope']).toBe('deeds:read')
    const third = await rp.refresh(String(second.json['refresh_token']), {
      resource: `${DEEDS}/other`,
    })
    expect(third.json['error']).toBe('invalid_target')
  })

  it.each([
    ['one that is not known', 'https://unknown.example/'],
    ['no absolute URI', 'tax'],
    ['a fragment', `${TAX}#fragment`],
    ['a name of the prototype', 'constructor'],
  ])('are refused: %s', async (_what, resource) => {
    const { url } = await rp.request({ resource })
    const { away } = await agent.get(url)
    expect(away?.searchParams.get('error')).toBe('invalid_target')
    const machine = await rp.post('/oauth2/token', { grant_type: 'client_credentials', resource })
    expect(machine.json['error']).toBe('invalid_target')
  })

  it('give machines their tokens', async () => {
    const { json } = await rp.post('/oauth2/token', {
      grant_type: 'client_credentials',
      resource: TAX,
      scope: 'tax:write deeds:read',
    })
    expect(json['scope']).toBe('tax:write')
    const seen = await rp.introspect(String(json['access_token']))
    expect(seen.json).toMatchObject({ active: true, aud: TAX, client_id: 'rp' })
    expect(seen.json).not.toHaveProperty('sub')
  })

  it('are shown to who is asked for consent', async () => {
    const asking = await party(window, ASKING)
    const { url } = await asking.request({ scope: 'openid tax:read', resource: TAX })
    const { html } = await agent.get(url)
    expect(html).toContain(TAX)
    expect(html).toContain('tax:read')
    expect(html).toContain('value="accept"')
  })
})
