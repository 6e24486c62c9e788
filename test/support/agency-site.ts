import { once } from 'node:events'
import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { certificateAuthority } from './certificates.ts'

/** What an agency publishes beside its service: keys, sector lists, request objects. */
export interface AgencySite {
  readonly url: string
  /** Answers of the site by path: JSON, or text as it is. */
  readonly files: Map<string, unknown>
  /** The paths that were asked for, in order. */
  readonly asked: string[]
  close(): Promise<void>
}

/** A site on this machine under https, as sector_identifier_uri demands; this process trusts it. */
export async function openAgencySite(): Promise<AgencySite> {
  const authority = certificateAuthority()
  const { cert, key } = authority.issue({ name: [['CN', 'localhost']], dns: 'localhost' })
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, authority.cert])
  const files = new Map<string, unknown>()
  const asked: string[] = []
  const server = createServer({ cert, key }, (request, response) => {
    const path = request.url ?? '/'
    asked.push(path)
    const file = files.get(path)
    response.statusCode = file === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json')
    response.end(typeof file === 'string' ? file : JSON.stringify(file ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `https://localhost:${port}`,
    files,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      setDefaultCACertificates(before)
    },
  }
}
