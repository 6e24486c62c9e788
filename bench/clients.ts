const SECRET = 'bench-secret-that-is-long-enough-for-anything'
export const CALLBACK = 'http://localhost:9/callback'

/** The same relying parties for the window and for its baseline. */
export function benchClients() {
  return [
    {
      client_id: 'bench',
      client_secret: SECRET,
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      panjereh_first_party: true,
      panjereh_role: 'resource_server',
    },
  ] as const
}

export const AUTHORIZATION = `Basic ${Buffer.from(`bench:${SECRET}`).toString('base64')}`
