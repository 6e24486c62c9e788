import { expect } from '@jest/globals'
import * as client from 'openid-client'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent, type Seen } from '../support/agent.ts'
import { clientKey } from '../support/client-keys.ts'
import { later } from '../support/later.ts'
import { CALLBACK, relyingParty, webClient } from '../support/relying-party.ts'
import type { TestWindow } from '../support/window.ts'

export interface Setting {
  readonly window: TestWindow
  /** `query`, or `form_post` (OAuth 2.0 Form Post Response Mode). */
  readonly mode: 'query' | 'form_post'
}

/** Signs its request objects. */
export const SIGNER_KEY = await clientKey('ES256')
export const SIGNER = webClient('signer', { jwks: { keys: [SIGNER_KEY.publicJwk] } })

export const CLIENTS = [
  SIGNER,
  webClient('basic'),
  webClient('second', { redirect_uris: ['https://second.example/callback'] }),
  webClient('post', { token_endpoint_auth_method: 'client_secret_post' }),
]

export type Module = (setting: Setting) => Promise<void>
type Answer = URLSearchParams

export const modeParams = ({ mode }: Setting): Record<string, string> =>
  mode === 'form_post' ? { response_mode: mode } : {}

/** The authorization response, by whichever way it comes. */
export function answerOf(seen: Seen): Answer {
  if (seen.away) return seen.away.searchParams
  const form = formsOf(seen.html)[0]
  if (form === undefined) throw new Error(`no answer: ${seen.status} ${seen.html.slice(0, 300)}`)
  return new URLSearchParams([...form.fields])
}

/** An answer by form has its fields in a page that posts itself to the redirect URI. */
function isAnswer(seen: Seen): boolean {
  return seen.away !== undefined || (formsOf(seen.html)[0]?.action.startsWith('https://') ?? false)
}

export async function run(
  setting: Setting,
  params: Record<string, string> = {},
  agent = new Agent(setting.window),
  clientId = 'basic',
) {
  const metadata = CLIENTS.find((one) => one.client_id === clientId) ?? webClient(clientId)
  const secret = metadata['client_secret'] as string
  const auth =
    clientId === 'post' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret)
  const rp = await relyingParty(setting.window, metadata, auth)
  const asked = await rp.request({ ...modeParams(setting), ...params })
  const start = await agent.get(asked.url)
  const seen = isAnswer(start) ? start : await agent.walk(start)
  // The answer comes by the way that was asked for, and by no other.
  expect(seen.away === undefined).toBe(setting.mode === 'form_post')
  const answer = answerOf(seen)
  const callback = new URL(`${params['redirect_uri'] ?? CALLBACK}?${answer}`)
  const redeem = () => rp.redeem(callback, asked)
  return { rp, asked, seen, answer, callback, redeem, agent, wasAsked: start !== seen }
}

export const succeeds =
  (params: Record<string, string> = {}): Module =>
  async (setting) => {
    const { redeem } = await run(setting, params)
    const tokens = await redeem()
    expect(tokens.claims()).toMatchObject({ iss: setting.window.url, aud: 'basic' })
  }

export const refused =
  (error: string, params: Record<string, string>): Module =>
  async (setting) => {
    const { answer } = await run(setting, params)
    expect(answer.get('error')).toBe(error)
  }

export async function userinfo(
  setting: Setting,
  ask: (token: string, url: string) => Promise<Response>,
) {
  const { redeem, rp } = await run(setting)
  const tokens = await redeem()
  const answer = await ask(tokens.access_token, rp.config.serverMetadata().userinfo_endpoint ?? '')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ sub: tokens.claims()?.sub })
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The suite waits; here the clock of the window is set on. */
export async function codeReuse(setting: Setting, pauseMs: number) {
  const { redeem, rp } = await run(setting)
  const tokens = await redeem()
  await later(pauseMs, () => expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant' }))
  // RFC 6749 4.1.2: tokens issued by a code that is used twice are revoked.
  const url = rp.config.serverMetadata().userinfo_endpoint ?? ''
  expect((await fetch(url, { headers: bearer(tokens.access_token) })).status).toBe(401)
}
