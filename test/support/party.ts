import * as client from 'openid-client'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import type { Agent, SignInOptions } from './agent.ts'
import { relyingParty } from './relying-party.ts'
import type { TestWindow } from './window.ts'

type Fields = Readonly<Record<string, string>>

/** A relying party whose answers are looked at as they came over the wire. */
export async function party(
  window: TestWindow,
  metadata: ClientMetadata,
  auth?: client.ClientAuth,
) {
  const secret = metadata['client_secret'] as string | undefined
  const rp = await relyingParty(window, metadata, auth ?? (secret ? undefined : client.None()))
  const basic = `Basic ${Buffer.from(`${metadata.client_id}:${secret ?? ''}`).toString('base64')}`

  async function post(path: string, fields: Fields, headers: Fields = {}) {
    const answer = await fetch(`${window.url}${path}`, {
      method: 'POST',
      headers: { ...(secret ? { authorization: basic } : {}), ...headers },
      body: new URLSearchParams({
        ...(secret ? {} : { client_id: metadata.client_id }),
        ...fields,
      }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: parsed(text) }
  }

  return {
    ...rp,
    post,
    /** The answer of the token endpoint, unread. */
    async tokens(
      params: Fields = {},
      agent: Agent,
      options: SignInOptions = {},
      headers: Fields = {},
    ) {
      const request = await rp.request(params)
      const callback = await agent.signIn(request.url, options)
      const code = callback.searchParams.get('code')
      if (code === null) throw new Error(String(callback))
      const { status, json } = await post(
        '/oauth2/token',
        {
          grant_type: 'authorization_code',
          code,
          redirect_uri: request.url.searchParams.get('redirect_uri') ?? '',
          code_verifier: request.verifier,
        },
        headers,
      )
      if (status !== 200) throw new Error(JSON.stringify(json))
      return { ...(json as unknown as Answer), request, callback }
    },
    refresh: (refresh_token: string, more: Fields = {}, headers: Fields = {}) =>
      post('/oauth2/token', { grant_type: 'refresh_token', refresh_token, ...more }, headers),
    introspect: async (token: string, more: Fields = {}, headers: Fields = {}) =>
      post('/oauth2/introspect', { token, ...more }, headers),
    userinfo: (token: string, headers: Fields = {}) =>
      fetch(`${window.url}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
      }),
  }
}

interface Answer {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly scope: string
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
