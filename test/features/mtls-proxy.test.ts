import { createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { certificateAuthority, selfSigned, type Certificate } from '../support/certificates.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const MACHINE = {
  client_secret: undefined,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
}

let window: TestWindow
let own: Certificate
const agency = certificateAuthority().issue({ name: [['CN', 'rp.example']] })

beforeAll(async () => {
  own = selfSigned({ name: [['CN', 'self-made']] })
  const jwks = {
    keys: [{ ...createPublicKey(own.cert).export({ format: 'jwk' }), x5c: [own.x5c] }],
  }
  const clients = [
    webClient('by-name', {
      ...MACHINE,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=rp.example',
    }),
    webClient('by-key', {
      ...MACHINE,
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks,
    }),
  ]
  window = await openWindow({ clients, env: { PANJEREH_CLIENT_CERTIFICATE: 'proxy' } })
})
afterAll(() => window.close())

async function ask(clientId: string, headers: Record<string, string>) {
  const answer = await fetch(`${window.url}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ client_id: clientId, grant_type: 'client_credentials' }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

const shown = ({ cert }: Certificate, verify = 'SUCCESS') => ({
  'x-ssl-client-cert': encodeURIComponent(cert),
  'x-ssl-client-verify': verify,
})

describe('client certificates that a proxy checks', () => {
  it('are taken from its headers', async () => {
    expect((await ask('by-name', shown(agency))).status).toBe(200)
    expect((await ask('by-key', shown(own, 'FAILED:self-signed certificate'))).status).toBe(200)
  })

  it.each<readonly [string, string, Record<string, string>]>([
    ['nothing', 'by-name', {}],
    ['one that it did not verify', 'by-name', shown(agency, 'FAILED:expired')],
    [
      'one without a word on it',
      'by-name',
      { 'x-ssl-client-cert': encodeURIComponent(agency.cert) },
    ],
    ['another', 'by-key', shown(agency)],
    ['broken encoding', 'by-name', { ...shown(agency), 'x-ssl-client-cert': '%E0%A4%A' }],
    ['no certificate at all', 'by-name', { ...shown(agency), 'x-ssl-client-cert': 'nonsense' }],
    ['nonsense for a key', 'by-key', { ...shown(agency), 'x-ssl-client-cert': 'bm9uc2Vuc2U=' }],
  ])('are refused: %s', async (_what, clientId, headers) => {
    const { status, json } = await ask(clientId, headers)
    expect([status, json['error']]).toEqual([401, 'invalid_client'])
  })
})
