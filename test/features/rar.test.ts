import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import { Agent } from '../support/agent.ts'
import { CALLBACK, relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const RP = webClient('rp', {
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  authorization_details_types: ['ir.service_request'],
})
const AUDITOR = webClient('auditor', {
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  panjereh_role: 'auditor',
})
const BIRTH = { type: 'ir.service_request', service: 'birth-certificate', request_ref: 'R-1401' }
const TAX = { type: 'ir.service_request', service: 'tax-return' }

let window: TestWindow
let agent: Agent
beforeAll(async () => {
  window = await openWindow({ clients: [RP, AUDITOR, webClient('plain')] })
  agent = new Agent(window)
})
afterAll(() => window.close())

const asked = (...details: readonly object[]) => ({
  authorization_details: JSON.stringify(details),
})

async function introspected(token: string) {
  const { config } = await relyingParty(window, AUDITOR)
  return client.tokenIntrospection(config, token)
}

describe('rich authorization requests (RFC 9396)', () => {
  it('are shown, also by a service that is asked nothing otherwise, and granted as they are', async () => {
    const rp = await relyingParty(window, RP)
    const request = await rp.request(asked(BIRTH))
    expect((await agent.get(request.url)).html).not.toContain('birth-certificate')
    const signedIn = new Agent(window)
    await signedIn.signIn((await rp.request()).url)
    const seen = await signedIn.get(request.url)
    expect(seen.html).toContain('birth-certificate')
    expect(seen.html).toContain('R-1401')
    const callback = (await signedIn.walk(seen)).away
    const tokens = await rp.redeem(callback ?? new URL(CALLBACK), request)
    expect(tokens['authorization_details']).toEqual([BIRTH])
    expect(await introspected(tokens.access_token)).toMatchObject({
      active: true,
      authorization_details: [BIRTH],
    })
  })

  it('grant nothing of an earlier request, and stay with their refresh token', async () => {
    const rp = await relyingParty(window, RP)
    await rp.signIn(asked(BIRTH), agent)
    const { tokens } = await rp.signIn(asked(TAX), agent)
    expect(tokens['authorization_details']).toEqual([TAX])
    const { tokens: plain } = await rp.signIn({}, agent)
    expect(plain['authorization_details']).toBeUndefined()
    const again = await client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')
    expect(again['authorization_details']).toEqual([TAX])
  })

  it('may be narrowed at the token endpoint, and not widened', async () => {
    const rp = await relyingParty(window, RP)
    const { tokens } = await rp.signIn(asked(BIRTH, TAX), agent)
    const refresh = (token: string, ...details: readonly object[]) =>
      client.refreshTokenGrant(rp.config, token, asked(...details))
    const narrower = await refresh(tokens.refresh_token ?? '', TAX)
    expect(narrower['authorization_details']).toEqual([TAX])
    await expect(
      refresh(narrower.refresh_token ?? '', { ...TAX, service: 'passport' }),
    ).rejects.toMatchObject({ error: 'invalid_authorization_details' })
  })

  it('end in access_denied when the person refuses', async () => {
    const rp = await relyingParty(window, RP)
    const { url } = await rp.request(asked(BIRTH))
    const callback = await agent.signIn(url, { consent: 'refuse' })
    expect(callback.searchParams.get('error')).toBe('access_denied')
  })

  it('are not granted without being shown', async () => {
    const rp = await relyingParty(window, RP)
    const { url } = await rp.request({ ...asked(BIRTH), prompt: 'none' })
    const { away } = await agent.get(url)
    expect(away?.searchParams.get('error')).toBe('consent_required')
  })

  it.each([
    ['no JSON', '{'],
    ['no array', JSON.stringify(BIRTH)],
    ['an unknown type', JSON.stringify([{ type: 'payment' }])],
    ['no type', JSON.stringify([{ service: 'x' }])],
    ['a field too many', JSON.stringify([{ ...BIRTH, amount: 1 }])],
    ['a field of another type', JSON.stringify([{ ...BIRTH, service: 5 }])],
    ['an empty service', JSON.stringify([{ ...BIRTH, service: '' }])],
    ['a name of the prototype', JSON.stringify([{ type: 'constructor' }])],
  ])('are refused with %s', async (_what, authorization_details) => {
    const rp = await relyingParty(window, RP)
    const { url } = await rp.request({ authorization_details })
    const { away } = await agent.get(url)
    expect(away?.searchParams.get('error')).toBe('invalid_authorization_details')
  })

  it('are for clients that are registered for the type', async () => {
    const rp = await relyingParty(window, webClient('plain'))
    const { away } = await agent.get((await rp.request(asked(BIRTH))).url)
    expect(away?.searchParams.get('error')).toBe('invalid_authorization_details')
  })

  it('are not for machines', async () => {
    const { config } = await relyingParty(window, RP)
    await expect(client.clientCredentialsGrant(config, asked(BIRTH))).rejects.toMatchObject({
      error: 'invalid_authorization_details',
    })
  })
})
