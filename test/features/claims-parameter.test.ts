import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const ASKING = webClient('asking', { panjereh_first_party: false })

let window: TestWindow
let agent: Agent
let rp: Awaited<ReturnType<typeof party>>
beforeAll(async () => {
  window = await openWindow({ clients: [webClient('rp'), ASKING] })
  agent = new Agent(window)
  rp = await party(window, webClient('rp'))
})
afterAll(() => window.close())

const asking = (claims: unknown) => ({ claims: JSON.stringify(claims) })

describe('the claims parameter (OIDC Core 5.5)', () => {
  it('puts a claim where it was asked for, and nowhere else', async () => {
    const { id_token, access_token } = await rp.tokens(
      asking({ id_token: { phone_number: null } }),
      agent,
    )
    expect(decodeJwt(id_token)).toMatchObject({ phone_number: expect.stringMatching(/^\+989/) })
    expect(decodeJwt(id_token)).not.toHaveProperty('phone_number_verified')
    expect(await (await rp.userinfo(access_token)).json()).not.toHaveProperty('phone_number')

    const other = await rp.tokens(
      asking({ userinfo: { phone_number: { essential: true } } }),
      agent,
    )
    expect(decodeJwt(other.id_token)).not.toHaveProperty('phone_number')
    expect(await (await rp.userinfo(other.access_token)).json()).toHaveProperty('phone_number')
  })

  it('ignores what it does not know', async () => {
    const claims = { id_token: { shoe_size: { essential: true }, acr: { values: ['nonsense'] } } }
    const { id_token } = await rp.tokens(asking(claims), agent)
    expect(decodeJwt(id_token)).not.toHaveProperty('shoe_size')
    expect(decodeJwt(id_token).acr).toBe('urn:panjereh:acr:1')
  })

  it('is shown to who is asked for consent', async () => {
    const other = await party(window, ASKING)
    const { url } = await other.request(asking({ userinfo: { phone_number: null } }))
    const { html } = await agent.get(url)
    expect(html).toContain('شمارهٔ')
    expect(html).toContain('value="accept"')
  })

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a part that is no object', '{"id_token":[]}'],
    ['a claim that is no object', '{"id_token":{"acr":"1"}}'],
  ])('is refused when it is %s', async (_what, claims) => {
    const { url } = await rp.request({ claims })
    const { away } = await agent.get(url)
    expect(away?.searchParams.get('error')).toBe('invalid_request')
  })

  it('of another person ends in an error, never in this one', async () => {
    const claims = { id_token: { sub: { value: 'somebody-else', essential: true } } }
    const { url } = await rp.request({ ...asking(claims), prompt: 'none' })
    const { away } = await agent.get(url)
    expect(away?.searchParams.get('error')).toBe('login_required')
  })
})
