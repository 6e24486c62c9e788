import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { None } from 'openid-client'
import { Agent } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const PLAIN = webClient('plain')
const FREED = webClient('freed', { panjereh_pkce: 'optional' })
const PUBLIC = webClient('public', {
  token_endpoint_auth_method: 'none',
  client_secret: undefined,
  panjereh_pkce: 'optional',
})
const CLIENTS = [PLAIN, FREED, PUBLIC]

/** The answer to a request without `code_challenge`. */
async function without(window: TestWindow, clientId: string): Promise<string> {
  const metadata = CLIENTS.find((one) => one.client_id === clientId) ?? PLAIN
  const auth = metadata['client_secret'] === undefined ? None() : undefined
  const { url } = await (await relyingParty(window, metadata, auth)).request()
  url.searchParams.delete('code_challenge')
  url.searchParams.delete('code_challenge_method')
  const { searchParams } = await new Agent(window).signIn(url)
  return searchParams.get('error') ?? 'code'
}

function suite(env: Record<string, string>, answers: readonly (readonly [string, string])[]) {
  let window: TestWindow
  beforeAll(async () => {
    window = await openWindow({ clients: CLIENTS, env })
  })
  afterAll(() => window.close())
  it.each(answers)('answers %s with %s', async (clientId, answer) => {
    expect(await without(window, clientId)).toBe(answer)
  })
}

describe('a request without PKCE, as the window stands', () => {
  suite({}, [
    ['plain', 'invalid_request'],
    ['freed', 'code'],
    ['public', 'invalid_request'],
  ])
})

describe('a request without PKCE, where confidential clients may do without', () => {
  suite({ PANJEREH_PKCE: 'public' }, [
    ['plain', 'code'],
    ['public', 'invalid_request'],
  ])
})
