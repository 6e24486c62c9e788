import { expect } from '@jest/globals'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'
import type { AgencySite } from '../support/agency-site.ts'
import type { Agent } from '../support/agent.ts'
import { type Seen } from '../support/agent.ts'
import { clientKey, type ClientKey } from '../support/client-keys.ts'
import {
  basic,
  rawRequest,
  redeemRaw,
  type JsonAnswer,
  type RawRequest,
} from '../support/raw-flow.ts'
import { webClient } from '../support/relying-party.ts'
import type { TestWindow } from '../support/window.ts'

export type Discovery = Readonly<Record<string, unknown>>

export interface DiscoverySetting {
  readonly window: TestWindow
  readonly found: Discovery
  /** Somebody who is signed in: first-party clients get their codes at once. */
  readonly agent: Agent
  readonly key: ClientKey
  /** Where its public half is, at `/jwks`. */
  readonly site: AgencySite
}

/** Looks whether what stands there is so. */
export type Check = (value: unknown, setting: DiscoverySetting) => Promise<void>

export const SECRET = String(webClient('any')['client_secret'])

export const listOf = (value: unknown): readonly string[] => {
  expect(value).toEqual(expect.arrayContaining([expect.any(String)]))
  return value as readonly string[]
}

/** A first-party client with this metadata, put there by the operator; its id. */
export async function clientWith(
  { window }: DiscoverySetting,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  made += 1
  const id = `client-${made}`
  await window.ports.clients.put(webClient(id, more))
  return id
}
let made = 0

export interface Answered {
  readonly asked: RawRequest
  readonly seen: Seen
}

/** What comes back from the authorization endpoint for the one who is signed in. */
export async function ask(
  { window, agent }: DiscoverySetting,
  clientId: string,
  params: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const asked = rawRequest(window, clientId, params)
  return { asked, seen: await agent.walk(await agent.get(asked.url)) }
}

export async function tokensOf(
  setting: DiscoverySetting,
  clientId: string,
  params: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const { asked, seen } = await ask(setting, clientId, params)
  const headers = basic(clientId, SECRET)
  const tokens = await redeemRaw(setting.window, asked, seen, { headers })
  expect(tokens).toMatchObject({ status: 200 })
  return tokens
}

export async function userinfoOf({ window }: DiscoverySetting, tokens: JsonAnswer) {
  const headers = { authorization: `Bearer ${String(tokens.json['access_token'])}` }
  const answer = await fetch(`${window.url}/oauth2/userinfo`, { headers })
  expect(answer.status).toBe(200)
  return answer
}

/** Registers a client with this and says what became of it: `201`, or the error. */
export async function registration(
  { window, key }: DiscoverySetting,
  more: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const response = await fetch(`${window.url}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['https://rp.example/callback'],
      jwks: { keys: [key.publicJwk] },
      ...more,
    }),
  })
  const json = (await response.json()) as { error?: string }
  return json.error ?? response.status
}

export async function signingKeys(algorithms: readonly string[]): Promise<ClientKey[]> {
  return Promise.all(algorithms.map((alg) => clientKey(alg)))
}

export interface EncryptionKey {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function encryptionKey(alg: string): Promise<EncryptionKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'enc' }
  return { privateKey, publicJwk }
}
