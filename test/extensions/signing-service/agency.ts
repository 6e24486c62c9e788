import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Koa, { type Context } from 'koa'
import type Router from '@koa/router'
import { documentFiles } from '../../../adapters/documents/index.ts'
import { openFreshDatabase } from '../../support/fresh-database.ts'
import { sqlStores, sqlTransientStores } from '../../../adapters/sql/index.ts'
import type { Caller, SubjectNames } from '../../../src/extensions/signing-service/index.ts'
import { pdfInspector } from '../../../src/signing/inspect/inspector.ts'
import { fakeClock, fakeRandom, testSecrets } from '../../support/fakes.ts'

/** Real stores, a clock that is moved, and bearers by the name of their token. */
export async function openService() {
  const directory = await mkdtemp(join(tmpdir(), 'panjereh-service-'))
  const database = await openFreshDatabase()
  await database.migrate()
  const clock = fakeClock(Date.now())
  const secrets = testSecrets()
  const needs = { knex: database.knex, secrets, random: fakeRandom, clock }
  const { events, ...stores } = sqlStores(needs)
  const documents = await documentFiles({ ...needs }, { directory })
  const ports = {
    ...{ ...stores, ...sqlTransientStores(needs), events },
    ...{ clock, random: fakeRandom, secrets, documents },
  }
  const inspector = pdfInspector()
  const bearers = new Map<string, Caller>()
  return {
    ...{ ports, clock, inspector, bearers, documents, directory },
    bearer: async (ctx: Context) => bearers.get(ctx.get('Authorization').replace(/^Bearer /, '')),
    async close() {
      await events.flush()
      await Promise.all([inspector.close(), documents.close()])
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const PLAIN_NAMES: SubjectNames = {
  resolve: async (clientId, sub) =>
    sub.startsWith(`${clientId}/`) ? sub.slice(clientId.length + 1) : undefined,
  subOf: async (clientId, subjectId) => `${clientId}/${subjectId}`,
}

export interface Site {
  readonly url: string
  readonly server: Server
  close(): Promise<void>
}

export async function mounted(...routers: readonly Router[]): Promise<Site> {
  const app = new Koa()
  // A fault of ours must be seen; a sender who breaks off is none.
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (!BROKEN_OFF.includes(String(error.code))) console.error(error)
  })
  for (const router of routers) app.use(router.routes())
  return listening(createServer(app.callback()))
}

export async function listening(server: Server): Promise<Site> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

const BROKEN_OFF = ['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']
