import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'

/** Where a relying party publishes its keys (`jwks_uri`). */
export interface KeySite {
  readonly url: string
  /** How often the keys were fetched. */
  readonly fetched: () => number
  publish(...keys: readonly JWK[]): void
  close(): Promise<void>
}

export async function openKeySite(...keys: readonly JWK[]): Promise<KeySite> {
  let published = keys
  let count = 0
  const server = createServer((_request, response) => {
    count += 1
    response.setHeader('content-type', 'application/jwk-set+json')
    response.end(JSON.stringify({ keys: published }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    fetched: () => count,
    publish: (...others) => void (published = others),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
