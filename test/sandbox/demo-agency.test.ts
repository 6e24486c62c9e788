import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import Provider from 'oidc-provider'
import { shownJson, shownNotice } from '../../sandbox/citizen.ts'
import { demoAgency, type RunningAgency } from '../../sandbox/demo-agency/agency.ts'
import { HttpCitizen } from '../../sandbox/http-citizen.ts'
import { demoClients } from '../../src/demo-clients.ts'

/** The agency is a relying party of any OpenID provider: here of a bare one, which is not ours. */
const secrets = { agency: 'a'.repeat(43), auditor: 'b'.repeat(43), bank: 'c'.repeat(43) }
let provider: Server
let agency: RunningAgency
let issuer: string

beforeAll(async () => {
  const agencyPort = await freePort()
  const bankUrl = `http://localhost:${await freePort()}`
  const agencyUrl = `http://localhost:${agencyPort}`
  const clients = demoClients({ agencyUrl, bankUrl, secrets })
  const port = await freePort()
  issuer = `http://localhost:${port}`
  provider = await bareProvider(issuer, port, clients)
  agency = await demoAgency({
    port: agencyPort,
    publicUrl: agencyUrl,
    issuer,
    clientId: 'demo-agency',
    clientSecret: secrets.agency,
    auditor: { client_id: 'demo-auditor', client_secret: secrets.auditor },
  })
})

afterAll(async () => {
  await agency.close()
  provider.close()
  provider.closeAllConnections()
})

describe('the sample agency', () => {
  it('signs a citizen in, refreshes, is introspected, revokes and signs out', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(agency.url)
    await citizen.fill('offline', 'on')
    await citizen.fill('par', 'on')
    await citizen.press({ name: 'level', value: '1' })
    await passBareProvider(citizen)
    const claims = await shownJson(citizen, 'id-token')
    expect(claims).toMatchObject({ iss: issuer, aud: 'demo-agency' })

    await citizen.press({ action: '/refresh' })
    expect(await shownNotice(citizen)).toBe('refreshed')
    await citizen.press({ action: '/introspect' })
    expect(await shownJson(citizen, 'introspection')).toMatchObject({ active: true })
    await citizen.press({ action: '/revoke' })
    await citizen.press({ action: '/introspect' })
    expect(await shownJson(citizen, 'introspection')).toEqual({ active: false })

    await citizen.press({ action: '/sign-out' })
    await citizen.press({ name: 'logout', value: 'yes' })
    expect(await shownNotice(citizen)).toBe('signed_out')
    expect(await citizen.html()).toContain('data-ended-by-window')
    expect(await shownJson(citizen, 'id-token')).toBeUndefined()
  })

  it('shows an error of the window in a sentence, with the raw parameters', async () => {
    const citizen = new HttpCitizen({ language: 'en' })
    await citizen.open(agency.url)
    await citizen.fill('prompt', 'none')
    await citizen.press({ name: 'level', value: '1' })
    expect(await shownNotice(citizen)).toBe('error_login_required')
    const page = await citizen.html()
    expect(page).toContain('You are not signed in at the window')
    expect(page).toContain('&quot;error&quot;: &quot;login_required&quot;')
  })

  it('throws away an answer that it did not ask for', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(`${agency.url}/callback?code=x&state=y`)
    expect(await shownNotice(citizen)).toBe('error_no_pending')
  })

  it('throws away an answer with another state', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(agency.url)
    await citizen.press({ name: 'level', value: '1' })
    await citizen.open(`${agency.url}/callback?code=x&state=planted&iss=${issuer}`)
    expect(await shownNotice(citizen)).toBe('error_answer_invalid')
    expect(await shownJson(citizen, 'id-token')).toBeUndefined()
  })

  it('escapes what comes from outside', async () => {
    const citizen = new HttpCitizen()
    await citizen.open(agency.url)
    await citizen.press({ name: 'level', value: '1' })
    const state = new URL(citizen.url()).searchParams.get('state') ?? ''
    await citizen.open(`${agency.url}/callback?error=<script>alert(1)</script>&state=${state}`)
    expect(await citizen.html()).not.toContain('<script>')
  })

  it('refuses a logout token that is none, and a form of another site', async () => {
    const answer = await fetch(`${agency.url}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: 'e30.e30.' }),
    })
    expect(answer.status).toBe(400)
    const foreign = await fetch(`${agency.url}/sign-out`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(foreign.status).toBe(403)
  })

  it('speaks Persian first and sends the headers of a careful site', async () => {
    const answer = await fetch(agency.url)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).toContain('<html lang="fa" dir="rtl">')
  })
})

/** The pages of oidc-provider's own development views. */
async function passBareProvider(citizen: HttpCitizen): Promise<void> {
  for (let turn = 0; turn < 4 && citizen.url().startsWith(issuer); turn += 1) {
    if (await citizen.has('login')) {
      await citizen.fill('login', 'somebody')
      await citizen.fill('password', 'anything')
    }
    await citizen.press({ field: 'prompt' })
  }
}

async function bareProvider(
  at: string,
  port: number,
  clients: ReturnType<typeof demoClients>,
): Promise<Server> {
  const { generateKeyPair, exportJWK } = await import('jose')
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const bare = new Provider(at, {
    clients: clients.map((client) =>
      Object.fromEntries(Object.entries(client).filter(([name]) => !/^panjereh_|#/.test(name))),
    ) as never,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'one' }] },
    scopes: ['openid', 'offline_access', 'phone'],
    claims: { phone: ['phone_number'] },
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_ctx, id, client) => `${id}@${client.clientId}`,
    acrValues: [1, 2, 3, 4].map((level) => `urn:panjereh:acr:${level}`),
    issueRefreshToken: async () => true,
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
    },
  })
  const server = bare.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const probe = createServer().listen(0)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
