import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smsInbox } from '../../sandbox/sms-inbox/main.ts'
import { readConfig } from '../../src/config.ts'
import { serve, type Additions, type Running } from '../../src/main.ts'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import { freshDatabase } from './fresh-database.ts'
import { freePort } from './free-port.ts'

/** A whole window for tests: real HTTP, real stores, and an inbox that speaks the gateways' wire format. */
export interface TestWindow extends Running {
  readonly inboxUrl: string
}

export interface WindowOptions extends Additions {
  readonly clients?: readonly ClientMetadata[]
  /** More variables, e.g. PANJEREH_DATABASE_URL for a real PostgreSQL. */
  readonly env?: Readonly<Record<string, string>>
}

export async function openWindow({
  clients = [],
  env = {},
  ...additions
}: WindowOptions = {}): Promise<TestWindow> {
  const dataDir = await mkdtemp(join(tmpdir(), 'panjereh-test-'))
  if (env['PANJEREH_DATABASE_URL'] === undefined) await freshDatabase(join(dataDir, 'database'))
  const port = await freePort()
  const inbox = await smsInbox({ port: 0 })
  const opening = async () =>
    serve(
      readConfig({
        PANJEREH_ISSUER: `http://localhost:${port}`,
        PANJEREH_PORT: String(port),
        PANJEREH_DATA_DIR: dataDir,
        PANJEREH_LOG_LEVEL: 'silent',
        PANJEREH_TRUSTED_PROXIES: '1',
        PANJEREH_SMS_GATEWAYS: JSON.stringify([
          { kind: 'kavenegar', apiKey: 'test', template: 'code', baseUrl: inbox.url },
        ]),
        ...env,
      }),
      additions,
    )
  // What does not open must not keep the test run from ending.
  const running = await opening().catch(async (error: unknown) => {
    await inbox.close()
    throw error
  })
  for (const client of clients) await running.ports.clients.put(client)
  return {
    ...running,
    inboxUrl: inbox.url,
    async close() {
      await running.close()
      await inbox.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
