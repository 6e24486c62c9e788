import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { certificateAuthority, type Authority, type Certificate } from './certificates.ts'
import { freePort } from './free-port.ts'
import { openWindow, type TestWindow } from './window.ts'

export interface TlsWindow extends TestWindow {
  readonly authority: Authority
}

interface Options {
  readonly authority?: Authority
  readonly clients?: readonly ClientMetadata[]
  readonly env?: Readonly<Record<string, string>>
}

/** A window with TLS of its own that asks for client certificates (RFC 8705). */
export async function openTlsWindow({
  authority = certificateAuthority(),
  clients = [],
  env = {},
}: Options = {}): Promise<TlsWindow> {
  const directory = await mkdtemp(join(tmpdir(), 'panjereh-tls-'))
  const files = await written(directory, authority)
  const before = getCACertificates('default')
  // For fetch in this process.
  setDefaultCACertificates([...before, authority.cert])
  const port = await freePort()
  const window = await openWindow({
    clients,
    env: {
      PANJEREH_ISSUER: `https://localhost:${port}`,
      PANJEREH_PORT: String(port),
      PANJEREH_CLIENT_CERTIFICATE: 'tls',
      ...files,
      ...env,
    },
  })
  return {
    ...window,
    authority,
    async close() {
      await window.close()
      setDefaultCACertificates(before)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function written(directory: string, authority: Authority) {
  const own = authority.issue({ name: [['CN', 'localhost']], dns: 'localhost' })
  const file = async (name: string, text: string) => {
    const path = join(directory, name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  }
  return {
    PANJEREH_TLS_CERT_FILE: await file('cert.pem', own.cert),
    PANJEREH_TLS_KEY_FILE: await file('key.pem', own.key),
    PANJEREH_TLS_CLIENT_CA_FILE: await file('ca.pem', authority.cert),
  }
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams
}

/** `fetch` with a client certificate. */
export async function fetchAs(
  certificate: Pick<Certificate, 'cert' | 'key'> | undefined,
  url: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Response> {
  const form = body && { 'content-type': 'application/x-www-form-urlencoded' }
  const outgoing = request(url, {
    method,
    headers: { ...form, ...headers },
    agent: false,
    ca: getCACertificates('default'),
    ...(certificate && { cert: certificate.cert, key: certificate.key }),
  })
  outgoing.end(body?.toString())
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  const status = answer.statusCode ?? 0
  const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  )
  return new Response(status === 204 ? null : Buffer.concat(parts), { status, headers: lines })
}
