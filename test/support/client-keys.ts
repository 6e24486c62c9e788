import { randomUUID } from 'node:crypto'
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose'

/** A key pair of a relying party. */
export interface ClientKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function clientKey(alg: string, kid = alg.toLowerCase()): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return { alg, kid, privateKey, publicJwk }
}

export function signedBy(
  { alg, kid, privateKey }: ClientKey,
  payload: JWTPayload,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
}

/** Client authentication by `private_key_jwt` (OIDC Core 9), as form fields. */
export async function assertion(
  key: ClientKey,
  clientId: string,
  audience: string | string[],
  more: JWTPayload = {},
): Promise<Record<string, string>> {
  const now = Math.floor(Date.now() / 1000)
  const client_assertion = await signedBy(key, {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...more,
  })
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  return { client_id: clientId, client_assertion, client_assertion_type: type }
}
