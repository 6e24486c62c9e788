import { Provider } from 'oidc-provider'
import { benchClients } from '../clients.ts'

/** The baseline: oidc-provider alone, with its own in-memory adapter and its own sign-in pages. */
const port = Number(process.argv[2])
const { privateKey } = await crypto.subtle.generateKey(
  { name: 'ECDSA', namedCurve: 'P-256' },
  true,
  ['sign'],
)
const jwk = await crypto.subtle.exportKey('jwk', privateKey)

const provider = new Provider(`http://localhost:${port}`, {
  clients: benchClients().map(
    ({ panjereh_first_party: _1, panjereh_role: _2, ...client }) => client,
  ),
  jwks: { keys: [{ ...jwk, alg: 'ES256', use: 'sig', kid: 'bench' }] },
  clientDefaults: {
    id_token_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
  },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  cookies: { keys: ['bench'] },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
  },
  issueRefreshToken: async () => true,
  rotateRefreshToken: () => true,
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
})
provider.listen(port, '127.0.0.1')
