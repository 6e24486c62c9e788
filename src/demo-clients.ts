import type { ClientMetadata } from './ports/client-store.ts'

export interface DemoClientsInput {
  /** Where the demo agency is seen by a browser, e.g. `http://localhost:3001`. */
  readonly agencyUrl: string
  /** The demo bank: another host, so another sector with another `sub`. */
  readonly bankUrl: string
  readonly secrets: Readonly<Record<DemoClientName, string>>
  /** Level 4 is there. */
  readonly canSign?: boolean
}

export const DEMO_CLIENT_NAMES = ['agency', 'auditor', 'bank'] as const
export type DemoClientName = (typeof DEMO_CLIENT_NAMES)[number]

/** The clients of the sandbox: a state agency (first party: no consent page), a bank (third party: the
 *  citizen is asked) and an auditor who looks at tokens and never signs anybody in. */
export function demoClients(input: DemoClientsInput): ClientMetadata[] {
  const { agencyUrl, bankUrl, secrets, canSign = false } = input
  const authorization_details_types = ['ir.service_request', ...(canSign ? ACTS : [])]
  return [
    {
      ...relyingParty('demo-agency', secrets.agency, agencyUrl),
      client_name: 'Sample Agency',
      'client_name#fa': 'سازمان نمونه',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      authorization_details_types,
      panjereh_first_party: true,
      panjereh_claims: ['national_id', 'ir_profile'],
      panjereh_developer_hosts: [new URL(agencyUrl).hostname],
    },
    {
      ...relyingParty('demo-bank', secrets.bank, bankUrl),
      client_name: 'Sample Bank',
      'client_name#fa': 'بانک نمونه',
      grant_types: ['authorization_code', 'refresh_token'],
      panjereh_first_party: false,
    },
    {
      client_id: 'demo-auditor',
      client_secret: secrets.auditor,
      client_name: 'Sample Auditor',
      'client_name#fa': 'بازرس نمونه',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
      panjereh_role: 'auditor',
    },
  ]
}

const ACTS = ['ir.transaction', 'ir.signature_request', 'credential']

function relyingParty(clientId: string, secret: string, url: string): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: secret,
    client_uri: new URL('/', url).href,
    application_type: 'web',
    redirect_uris: [new URL('/callback', url).href],
    post_logout_redirect_uris: [new URL('/signed-out', url).href],
    backchannel_logout_uri: new URL('/backchannel-logout', url).href,
    backchannel_logout_session_required: true,
    response_types: ['code'],
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    authorization_details_types: ['ir.service_request'],
    token_endpoint_auth_method: 'client_secret_basic',
  }
}
