import * as client from 'openid-client'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { Agent, type SignInOptions } from './agent.ts'
import type { TestWindow } from './window.ts'

export const CALLBACK = 'https://rp.example/callback'

/** A confidential web client that skips the consent page, with what a test wants different. */
export function webClient(clientId: string, more: Record<string, unknown> = {}): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: 'a-secret-that-is-long-enough-for-every-algorithm',
    client_name: 'A Service',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    panjereh_first_party: true,
    ...more,
  }
}

export interface Request {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** A relying party on openid-client, as an agency would write it. */
export async function relyingParty(
  window: TestWindow,
  metadata: ClientMetadata,
  auth?: client.ClientAuth,
) {
  const secret = metadata['client_secret'] as string | undefined
  const config = await client.discovery(
    new URL(window.url),
    metadata.client_id,
    metadata as client.ClientMetadata,
    auth ?? client.ClientSecretBasic(secret ?? ''),
    { execute: [client.allowInsecureRequests] },
  )

  async function request(params: Record<string, string> = {}): Promise<Request> {
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...params,
    })
    return { url, verifier, state, nonce }
  }

  function redeem(callback: URL, { verifier, state, nonce }: Request) {
    return client.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
  }

  return {
    config,
    request,
    redeem,
    /** A whole sign-in: the tokens, and the callback that they came by. */
    async signIn(
      params: Record<string, string> = {},
      agent = new Agent(window),
      options: SignInOptions = {},
    ) {
      const asked = await request(params)
      const callback = await agent.signIn(asked.url, options)
      return { callback, tokens: await redeem(callback, asked), agent }
    },
  }
}
