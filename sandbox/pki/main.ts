import { once } from 'node:events'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import Router from '@koa/router'
import Koa from 'koa'
import { authorities, SEALING_POLICY } from './authority.ts'
import { controlRoutes } from './control.ts'
import { faultBoard } from './faults.ts'
import { ALGORITHMS, type Algorithm } from './keys.ts'
import { register } from './register.ts'
import { serviceRoutes, type Pki } from './services.ts'

export interface PkiOptions {
  /** 0: any. */
  readonly port: number
  /** Where keys and certificates are kept over a restart; absent: in memory alone. */
  readonly file?: string
  /** Of the authority's own keys; a file that is there already keeps its own. */
  readonly algorithm?: Algorithm
  /** How long certificates of people are valid. */
  readonly days?: number
  /** Certificate policy of seals. */
  readonly sealPolicy?: string
  /** The root's answers about the issuing authority are given by a responder of its own. */
  readonly hasRootResponder?: boolean
}

export interface RunningPki {
  readonly url: string
  close(): Promise<void>
}

/** A certification authority as it is seen from outside, with made-up keys and with faults on demand. */
export async function pki({
  port,
  file,
  algorithm = 'P-256',
  days = 730,
  sealPolicy = SEALING_POLICY,
  hasRootResponder = false,
}: PkiOptions): Promise<RunningPki> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  const url = `http://localhost:${actual}`

  const book = register(file)
  const faults = faultBoard()
  // The address stands in the certificates, so it must be known before they are made.
  const parts: Pki = {
    authorities: authorities(book, algorithm, url, { hasRootResponder }),
    book,
    faults,
    days,
    sealPolicy,
  }
  const router = new Router()
  serviceRoutes(router, parts)
  controlRoutes(router, parts)
  const app = new Koa()
  app.silent = true
  app.use(router.routes())
  server.on('request', app.callback())
  return {
    url,
    async close() {
      faults.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function options(): PkiOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['PKI_PORT'] ?? '3005' },
      file: { type: 'string' },
      algorithm: { type: 'string', default: 'P-256' },
      'root-responder': { type: 'boolean', default: false },
    },
  })
  const algorithm = ALGORITHMS.find((one) => one === values.algorithm)
  if (algorithm === undefined) throw new Error(`--algorithm is one of ${ALGORITHMS.join(', ')}`)
  return {
    port: Number(values.port),
    file: values.file,
    algorithm,
    hasRootResponder: values['root-responder'],
  }
}

if (import.meta.main) {
  const { url } = await pki(options())
  console.log(`Sample certification authority: ${url} (trust anchor: ${url}/trust.pem)`)
}
