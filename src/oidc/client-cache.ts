import type Provider from 'oidc-provider'
import type { Client } from 'oidc-provider'
import type { ClientMetadata, ClientStore } from '../ports/client-store.ts'

interface Held {
  readonly metadata: ClientMetadata
  readonly client: Client
}

/** oidc-provider hashes a client's whole metadata at each look-up, and parses it anew (some 100 µs) when
 *  more than its hundred last ones are in use. A country has thousands of agencies: `most` parsed ones are
 *  kept here, each for as long as the store answers with the very same metadata. */
export function keepParsedClients(provider: Provider, clients: ClientStore, most: number): void {
  const { Client } = provider
  const parse = Client.find.bind(Client)
  const held = new Map<string, Held>()

  async function find(id: string): Promise<Client | undefined> {
    const metadata = isId(id) ? await clients.find(id) : undefined
    if (metadata === undefined) {
      held.delete(id)
      return undefined
    }
    const known = held.get(id)
    if (known?.metadata === metadata) return known.client
    const client = await parse(id)
    if (client !== undefined) keep(id, { metadata, client })
    return client
  }

  function keep(id: string, entry: Held): void {
    const [oldest] = held.keys()
    if (oldest !== undefined && held.size >= most) held.delete(oldest)
    held.delete(id)
    held.set(id, entry)
  }

  Object.defineProperty(Client, 'find', { value: find })
}

const isId = (id: unknown) => typeof id === 'string' && id !== ''
