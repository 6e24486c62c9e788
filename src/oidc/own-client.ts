import type { ClientMetadata, ClientStore } from '../ports/client-store.ts'

/** The window as a service of its own: its pages are signed in to as those of any other. */
export const OWN_CLIENT = 'panjereh-account'
export const OWN_CALLBACK = '/account/back'

/** `issuer`: without a slash at the end. Its codes are redeemed by nobody: the pages look at the session. */
export function ownClient(issuer: string): ClientMetadata {
  return Object.freeze({
    client_id: OWN_CLIENT,
    client_name: 'پنجره: امضاها و گواهی‌های من',
    'client_name#en': 'Panjereh: my signatures and certificates',
    client_uri: `${issuer}/account`,
    redirect_uris: [`${issuer}${OWN_CALLBACK}`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    panjereh_first_party: true,
  })
}

/** The same store, in which this client is found too; nobody can put another one in its place. */
export function withOwnClient(clients: ClientStore, own: ClientMetadata): ClientStore {
  return {
    find: async (id) => (id === own.client_id ? own : clients.find(id)),
    put: (client) => clients.put(client),
    remove: (id) => clients.remove(id),
    count: () => clients.count(),
    list: () => clients.list(),
  }
}
