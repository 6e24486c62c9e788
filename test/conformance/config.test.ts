import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openAgencySite } from '../support/agency-site.ts'
import { Agent } from '../support/agent.ts'
import { clientKey } from '../support/client-keys.ts'
import { rawRequest } from '../support/raw-flow.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow } from '../support/window.ts'
import { CRYPTO } from './discovery-crypto.ts'
import { PROTOCOL } from './discovery-checks.ts'
import type { Discovery, DiscoverySetting } from './discovery-runner.ts'

const CHECKS = { ...PROTOCOL, ...CRYPTO }

let setting: DiscoverySetting
let answer: Response
beforeAll(async () => {
  const window = await openWindow({
    clients: [webClient('first')],
    env: { PANJEREH_REGISTRATION_OPEN: 'true' },
  })
  answer = await fetch(`${window.url}/.well-known/openid-configuration`)
  const agent = new Agent(window)
  await agent.signIn(rawRequest(window, 'first').url)
  const found = (await answer.json()) as Discovery
  const [key, site] = await Promise.all([clientKey('RS256'), openAgencySite()])
  site.files.set('/jwks', { keys: [key.publicJwk] })
  setting = { window, agent, found, key, site }
})
afterAll(async () => {
  await setting.window.close()
  await setting.site.close()
})

describe('the plan oidcc-config: oidcc-discovery-endpoint-verification', () => {
  it('is JSON, for every origin', () => {
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('names nothing that is not looked at here, and keeps quiet of nothing that works', () => {
    expect(Object.keys(setting.found).sort()).toEqual(Object.keys(CHECKS).sort())
  })

  it('has what OpenID Connect demands', () => {
    expect(setting.found['id_token_signing_alg_values_supported']).toContain('RS256')
    expect(setting.found['scopes_supported']).toContain('openid')
  })

  for (const [name, check] of Object.entries(CHECKS)) {
    it(`${name} is true`, () => check(setting.found[name], setting))
  }
})
