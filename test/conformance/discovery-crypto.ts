import { expect } from '@jest/globals'
import {
  calculateJwkThumbprint,
  CompactEncrypt,
  compactDecrypt,
  decodeProtectedHeader,
  exportJWK,
  importJWK,
  type JWK,
} from 'jose'
import { randomUUID } from 'node:crypto'
import { assertion, signedBy } from '../support/client-keys.ts'
import { basic, errorIn, postForm, rawRequest } from '../support/raw-flow.ts'
import { verified } from './dynamic-runner.ts'
import {
  ask,
  clientWith,
  encryptionKey,
  listOf,
  registration,
  SECRET,
  signingKeys,
  tokensOf,
  userinfoOf,
  type Check,
  type DiscoverySetting,
} from './discovery-runner.ts'

/** Every algorithm that is named is used; one that is not named cannot be registered. */

type Sign = (setting: DiscoverySetting, clientId: string) => Promise<string>
type Use = 'id_token' | 'userinfo' | 'authorization' | 'introspection'

/** The four things that we sign, and encrypt, for a client. */
const OURS: Readonly<Record<Use, Sign>> = {
  id_token: async (setting, id) => String((await tokensOf(setting, id)).json['id_token']),
  userinfo: async (setting, id) => (await userinfoOf(setting, await tokensOf(setting, id))).text(),
  authorization: async (setting, id) => {
    const { seen } = await ask(setting, id, { response_mode: 'jwt' })
    return seen.away?.searchParams.get('response') ?? ''
  },
  introspection: async (setting, id) => {
    const token = String((await tokensOf(setting, id)).json['access_token'])
    const headers = { ...basic(id, SECRET), accept: 'application/token-introspection+jwt' }
    return (await postForm(`${setting.window.url}/oauth2/introspect`, { token }, headers)).text
  },
}

const signed =
  (use: Use): Check =>
  async (value, setting) => {
    const name = `${use}_signed_response_alg`
    for (const alg of listOf(value)) {
      const id = await clientWith(setting, { [name]: alg })
      const token = await OURS[use](setting, id)
      expect((await verified(setting.window, token, id)).protectedHeader.alg).toBe(alg)
    }
    for (const alg of ['none', 'HS256', 'PS256', 'ES384', 'RS1']) {
      if (listOf(value).includes(alg)) continue
      expect(await registration(setting, { [name]: alg })).toBe('invalid_client_metadata')
    }
  }

/** Each pair's key management by its own key; the content encryptions in turn. */
const encrypted =
  (use: Use): Check =>
  async (value, setting) => {
    const encs = listOf(setting.found[`${use}_encryption_enc_values_supported`])
    const tries = Math.max(encs.length, listOf(value).length)
    for (let turn = 0; turn < tries; turn += 1) {
      const alg = listOf(value)[turn % listOf(value).length] ?? ''
      const enc = encs[turn % encs.length] ?? ''
      const { privateKey, publicJwk } = await encryptionKey(alg)
      const id = await clientWith(setting, {
        jwks: { keys: [publicJwk] },
        [`${use}_signed_response_alg`]: 'ES256',
        [`${use}_encrypted_response_alg`]: alg,
        [`${use}_encrypted_response_enc`]: enc,
      })
      const token = await OURS[use](setting, id)
      expect(decodeProtectedHeader(token)).toMatchObject({ alg, enc })
      const inner = await compactDecrypt(token, privateKey)
      expect(
        (await verified(setting.window, String(Buffer.from(inner.plaintext)), id)).payload.iss,
      ).toBe(setting.window.url)
    }
    const weak = { [`${use}_encrypted_response_alg`]: 'RSA1_5' }
    expect(await registration(setting, weak)).toBe('invalid_client_metadata')
  }

const encs: Check = async (value) => {
  // Each is used beside the key management that it goes with.
  expect(new Set(listOf(value)).size).toBe(listOf(value).length)
}

/** A signed request object whose answer shows that what was inside was taken. */
async function requested(setting: DiscoverySetting, id: string, request: string): Promise<void> {
  const { seen } = await ask(setting, id, { request, state: 'outside' })
  expect(errorIn(seen)).toBeUndefined()
  expect(seen.away?.searchParams.get('state')).toBe('inside')
}

function inside({ window }: DiscoverySetting, id: string) {
  const { fields } = rawRequest(window, id, { state: 'inside' })
  return { ...fields, iss: id, aud: window.url, exp: Math.floor(Date.now() / 1000) + 60 }
}

const requestObjects: Check = async (value, setting) => {
  const keys = await signingKeys(listOf(value))
  for (const key of keys) {
    const jwks = { keys: [key.publicJwk] }
    const id = await clientWith(setting, { jwks, request_object_signing_alg: key.alg })
    await requested(setting, id, await signedBy(key, inside(setting, id)))
  }
}

const encryptedRequestObjects: Check = async (value, setting) => {
  const answer = await fetch(`${setting.window.url}/oauth2/jwks`)
  const { keys } = (await answer.json()) as { keys: JWK[] }
  const id = await clientWith(setting, { jwks: { keys: [setting.key.publicJwk] } })
  const encs = listOf(setting.found['request_object_encryption_enc_values_supported'])
  for (const alg of listOf(value)) {
    const jwk = keys.find((one) => one.use === 'enc' && suits(one, alg))
    expect(jwk).toBeDefined()
    for (const enc of encs) {
      const request = await signedBy(setting.key, inside(setting, id))
      const sealed = await new CompactEncrypt(Buffer.from(request))
        .setProtectedHeader({ alg, enc, kid: jwk?.kid, cty: 'oauth-authz-req+jwt' })
        .encrypt(await importJWK(jwk ?? {}, alg))
      await requested(setting, id, sealed)
    }
  }
}

const suits = ({ kty, alg }: JWK, wanted: string) =>
  alg === undefined || alg === wanted ? (kty === 'RSA') === wanted.startsWith('RSA') : false

const clientAssertions: Check = async (value, setting) => {
  for (const key of await signingKeys(listOf(value))) {
    const id = await clientWith(setting, {
      client_secret: undefined,
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      jwks: { keys: [key.publicJwk] },
    })
    const auth = await assertion(key, id, setting.window.url)
    const fields = { ...auth, grant_type: 'client_credentials' }
    expect(await postForm(`${setting.window.url}/oauth2/token`, fields)).toMatchObject({
      status: 200,
    })
  }
}

const dpop: Check = async (value, setting) => {
  const id = await machine(setting)
  const htu = `${setting.window.url}/oauth2/token`
  for (const key of await signingKeys(listOf(value))) {
    const { kid: _kid, use: _use, alg: _alg, ...jwk } = key.publicJwk
    const claims = { htm: 'POST', htu, jti: randomUUID(), iat: Math.floor(Date.now() / 1000) }
    const proof = await signedBy(key, claims, { typ: 'dpop+jwt', jwk, kid: undefined })
    const headers = { ...basic(id, SECRET), dpop: proof }
    const answer = await postForm(htu, { grant_type: 'client_credentials' }, headers)
    expect(answer).toMatchObject({ status: 200, json: { token_type: 'DPoP' } })
    const { access_token: token } = answer.json
    const seen = await postForm(
      `${setting.window.url}/oauth2/introspect`,
      { token: String(token) },
      basic(id, SECRET),
    )
    expect(seen.json['cnf']).toEqual({ jkt: await calculateJwkThumbprint(jwk) })
  }
}

export function machine(setting: DiscoverySetting): Promise<string> {
  const grant_types = ['client_credentials']
  return clientWith(setting, { grant_types, response_types: [], redirect_uris: [] })
}

const keysAt: Check = async (value, { found }) => {
  const { keys } = (await (await fetch(String(value))).json()) as { keys: JWK[] }
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  for (const jwk of keys) {
    const imported = await importJWK(jwk, jwk.alg ?? 'ECDH-ES')
    const { d, k } =
      imported instanceof Uint8Array ? { d: 'octets', k: '' } : await exportJWK(imported)
    expect([d, k]).toEqual([undefined, undefined])
  }
  const algs = keys.filter(({ use }) => use === 'sig').map(({ alg }) => alg)
  expect(algs).toEqual(
    expect.arrayContaining(listOf(found['id_token_signing_alg_values_supported']).slice()),
  )
}

export const CRYPTO: Readonly<Record<string, Check>> = {
  jwks_uri: keysAt,
  id_token_signing_alg_values_supported: signed('id_token'),
  userinfo_signing_alg_values_supported: signed('userinfo'),
  authorization_signing_alg_values_supported: signed('authorization'),
  introspection_signing_alg_values_supported: signed('introspection'),
  id_token_encryption_alg_values_supported: encrypted('id_token'),
  userinfo_encryption_alg_values_supported: encrypted('userinfo'),
  authorization_encryption_alg_values_supported: encrypted('authorization'),
  introspection_encryption_alg_values_supported: encrypted('introspection'),
  id_token_encryption_enc_values_supported: encs,
  userinfo_encryption_enc_values_supported: encs,
  authorization_encryption_enc_values_supported: encs,
  introspection_encryption_enc_values_supported: encs,
  request_object_signing_alg_values_supported: requestObjects,
  request_object_encryption_alg_values_supported: encryptedRequestObjects,
  request_object_encryption_enc_values_supported: encs,
  token_endpoint_auth_signing_alg_values_supported: clientAssertions,
  dpop_signing_alg_values_supported: dpop,
}
