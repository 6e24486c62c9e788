import { readFile } from 'node:fs/promises'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/main.ts'
import type { ClientMetadata } from '../../src/ports/client-store.ts'

/** The window as it is served, with the clients of the bench. */
const running = await serve(readConfig(process.env))
const clients = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ClientMetadata[]
for (const client of clients) await running.ports.clients.put(client)
process.once('SIGTERM', () => void running.close().then(() => process.exit(0)))
