import { expect } from '@jest/globals'
import { importJWK } from 'jose'
import { Agent } from '../support/agent.ts'
import { selfSigned } from '../support/certificates.ts'
import { FapiClient, type Answer, type FapiClientOptions } from '../support/fapi-client.ts'
import { proofKey, type ProofKey } from '../support/proof-keys.ts'
import { openTlsWindow, type TlsWindow } from '../support/tls-window.ts'

/** How the plan is run: `client_auth_type` and `sender_constrain` of the suite. */
export interface Variant {
  readonly auth: FapiClientOptions['auth']
  readonly bound: FapiClientOptions['bound']
}

export const VARIANTS: readonly Variant[] = [
  { auth: 'private_key_jwt', bound: 'dpop' },
  { auth: 'private_key_jwt', bound: 'mtls' },
  { auth: 'mtls', bound: 'dpop' },
  { auth: 'mtls', bound: 'mtls' },
]

export interface Setting extends Variant {
  readonly window: TlsWindow
  /** Signed in already; a state service, so that nothing is asked. */
  readonly agent: Agent
  readonly one: FapiClient
  readonly two: FapiClient
}

export type Module = (setting: Setting) => Promise<void>
export type Modules = Readonly<Record<string, Module>>

export const openFapiWindow = () => openTlsWindow()

/** Two clients of their own for a variant, and a citizen who is signed in. */
export async function settingFor(
  window: TlsWindow,
  variant: Variant,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Setting> {
  const name = `${variant.auth}-${variant.bound}`
  const one = await client(window, { ...variant, id: `one-${name}`, more })
  const two = await client(window, { ...variant, id: `two-${name}`, more })
  const agent = new Agent(window)
  const first = await client(window, { ...variant, id: `first-${name}` })
  await first.code(agent)
  return { ...variant, window, agent, one, two }
}

export async function client(
  window: TlsWindow,
  options: Variant & Pick<FapiClientOptions, 'id' | 'more'> & { readonly key?: ProofKey },
): Promise<FapiClient> {
  const made = new FapiClient({
    key: await proofKey('ES256'),
    ...options,
    issuer: window.url,
    dpopKey: await proofKey('ES256'),
    certificate: selfSigned({ name: [['CN', options.id]] }),
  })
  await window.ports.clients.put(made.metadata)
  return made
}

/** Published without its `alg`, so that nothing but the profile stands against RS256. */
export function withoutAlgorithm(key: ProofKey): ProofKey {
  const { alg: _alg, ...jwk } = key.public
  return { ...key, public: jwk }
}

/** An RSA key for RS256, made of one that was made for PS256. */
export async function asRs256(key: ProofKey): Promise<ProofKey> {
  const imported = await importJWK(key.privateJwk, 'RS256')
  return { ...key, alg: 'RS256', private: imported as ProofKey['private'] }
}

export function expectError({ status, json }: Answer, ...errors: readonly string[]): void {
  expect([400, 401]).toContain(status)
  expect(errors).toContain(json['error'])
}

export function expectCode(callback: URL, issuer: string): void {
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({ iss: issuer })
  expect(callback.searchParams.get('code')).toMatch(/^[\w-]{27,}$/)
}

/** The authorization endpoint shows an error, or sends one back; it gives no code. */
export async function expectNoCode({ agent }: Setting, url: string): Promise<void> {
  const seen = await agent.get(url)
  expect(seen.away?.searchParams.get('code') ?? null).toBeNull()
  if (seen.away) expect(seen.away.searchParams.get('error')).not.toBeNull()
  else expect(seen.status).toBe(400)
}

/** Moves the end of what is stored into the past: nobody waits a minute. */
export async function expire(window: TlsWindow, model: string, id: string): Promise<void> {
  const { artifacts } = window.ports
  const kept = await artifacts.get(model, id)
  if (kept === undefined) throw new Error(`no ${model}`)
  const { iat, exp } = kept as { iat: number; exp: number }
  expect(exp - iat).toBeLessThanOrEqual(60)
  await artifacts.put(model, id, { ...kept, exp: Math.floor(Date.now() / 1000) - 1 }, 60)
}

export const only =
  (variant: Partial<Variant>, modules: Modules) =>
  (setting: Variant): Modules =>
    (variant.auth ?? setting.auth) === setting.auth &&
    (variant.bound ?? setting.bound) === setting.bound
      ? modules
      : {}
