import type { ClientMetadata } from '../../src/ports/client-store.ts'
import type { Agent, Seen } from './agent.ts'
import { openKeySite } from './key-site.ts'
import { clientAssertion, proofKey } from './proof-keys.ts'
import { webClient } from './relying-party.ts'
import type { TestWindow } from './window.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Fields = Readonly<Record<string, string>>

/** RFC 8628 section 3.2. */
export interface Started {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
}

/** A device without a keyboard, which proves itself by a key, as pairwise device clients must. */
export async function openKiosk(clientId = 'kiosk', more: Record<string, unknown> = {}) {
  const key = await proofKey()
  const site = await openKeySite(key.public)
  const metadata: ClientMetadata = webClient(clientId, {
    client_secret: undefined,
    client_name: 'A Kiosk',
    redirect_uris: [],
    response_types: [],
    grant_types: [GRANT, 'refresh_token'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: site.url,
    ...more,
  })

  return {
    metadata,
    close: () => site.close(),
    at(window: Pick<TestWindow, 'url'>) {
      const assertion = () => clientAssertion(key, clientId, window.url)
      async function post(path: string, fields: Fields) {
        const answer = await fetch(`${window.url}${path}`, {
          method: 'POST',
          body: new URLSearchParams({
            client_assertion_type: ASSERTION_TYPE,
            client_assertion: fields['client_assertion'] ?? (await assertion()),
            ...fields,
          }),
        })
        return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
      }
      return {
        assertion,
        post,
        async start(asked: Fields = {}): Promise<Started> {
          const fields = { scope: 'openid phone', ...asked }
          const { status, json } = await post('/oauth2/device_authorization', fields)
          if (status !== 200) throw new Error(JSON.stringify(json))
          return json as unknown as Started
        },
        poll: ({ device_code }: Pick<Started, 'device_code'>) =>
          post('/oauth2/token', { grant_type: GRANT, device_code }),
      }
    },
  }
}

export async function entered(agent: Agent, userCode: string): Promise<Seen> {
  return agent.submit(await agent.get('/device'), { user_code: userCode }, 'user_code')
}

export async function confirmed(
  agent: Agent,
  { user_code }: Pick<Started, 'user_code'>,
  answer: 'confirm' | 'abort' = 'confirm',
): Promise<Seen> {
  return agent.submit(await entered(agent, user_code), { [answer]: 'yes' }, 'user_code')
}
