import { expect } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'
import { Agent, type Seen } from '../support/agent.ts'
import type { AgencySite } from '../support/agency-site.ts'
import { assertion, type ClientKey } from '../support/client-keys.ts'
import {
  answered,
  errorIn,
  postForm,
  rawRequest,
  redeemRaw,
  type JsonAnswer,
  type RawRequest,
} from '../support/raw-flow.ts'
import { CALLBACK, webClient } from '../support/relying-party.ts'
import type { TestWindow } from '../support/window.ts'

export interface DynamicSetting {
  readonly window: TestWindow
  /** What the operator gave to the agency's developers. */
  readonly initialAccessToken: string
  readonly site: AgencySite
  readonly key: ClientKey
}

/** Signs people in without a consent page. */
export const FIRST_PARTY = webClient('first-party')

export type DynamicModule = (setting: DynamicSetting) => Promise<void>

export interface Registered {
  readonly client_id: string
  readonly registration_client_uri: string
  readonly registration_access_token: string
  readonly [name: string]: unknown
}

/** The registration request of the plan: `private_key_jwt` with an RSA key. */
export function metadata(
  { key }: Pick<DynamicSetting, 'key'>,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    client_name: 'A registered service',
    contacts: ['developers@rp.example'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [key.publicJwk] },
    ...more,
  }
}

export async function registerAt(
  { url }: Pick<TestWindow, 'url'>,
  body: unknown,
  initialAccessToken?: string,
): Promise<JsonAnswer> {
  const response = await fetch(`${url}/oauth2/register`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(initialAccessToken ? { authorization: `Bearer ${initialAccessToken}` } : {}),
    },
    body: JSON.stringify(body),
  })
  return answered(response)
}

export async function registered(
  setting: DynamicSetting,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Registered> {
  const answer = await registerAt(
    setting.window,
    metadata(setting, more),
    setting.initialAccessToken,
  )
  expect(answer).toMatchObject({ status: 201, json: { client_id: expect.any(String) } })
  return answer.json as Registered
}

/** Registration that must be refused: its error. */
export async function refusal(
  setting: DynamicSetting,
  more: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const body = metadata(setting, more)
  const { status, json } = await registerAt(setting.window, body, setting.initialAccessToken)
  expect(status).toBe(400)
  return json['error']
}

export interface SignedIn {
  readonly agent: Agent
  readonly asked: RawRequest
  readonly seen: Seen
  readonly tokens: JsonAnswer
  /** The ID token's, verified by the published keys. */
  readonly claims: JWTPayload
  readonly alg: string
}

/** A sign-in at a registered client; the code is redeemed with the client's own assertion. */
export async function signedIn(
  setting: DynamicSetting,
  { client_id }: Pick<Registered, 'client_id'>,
  params: Readonly<Record<string, string>> = {},
  { key = setting.key, agent = new Agent(setting.window), url = '' } = {},
): Promise<SignedIn> {
  const { window } = setting
  const asked = rawRequest(window, client_id, params)
  const seen = await agent.walk(await agent.get(url || asked.url))
  expect(errorIn(seen)).toBeUndefined()
  const auth = await assertion(key, client_id, window.url)
  const tokens = await redeemRaw(window, asked, seen, { fields: auth })
  expect(tokens).toMatchObject({ status: 200, json: { id_token: expect.any(String) } })
  const { payload, protectedHeader } = await verified(window, tokens.json['id_token'], client_id)
  expect(payload['nonce']).toBe(asked.fields['nonce'])
  return { agent, asked, seen, tokens, claims: payload, alg: protectedHeader.alg }
}

export function verified(window: Pick<TestWindow, 'url'>, token: unknown, audience: string) {
  const keys = createRemoteJWKSet(new URL(`${window.url}/oauth2/jwks`))
  return jwtVerify(String(token), keys, { issuer: window.url, audience })
}

export async function refreshed(
  { window }: DynamicSetting,
  clientId: string,
  refreshToken: unknown,
  key: ClientKey,
): Promise<JsonAnswer> {
  return postForm(`${window.url}/oauth2/token`, {
    grant_type: 'refresh_token',
    refresh_token: String(refreshToken),
    ...(await assertion(key, clientId, window.url)),
  })
}
