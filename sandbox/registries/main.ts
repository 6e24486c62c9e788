import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import { controlRoutes } from './control.ts'
import { faultBoard } from './faults.ts'
import { gsbRoutes, type Registers } from './gsb.ts'
import { peopleBook } from './people.ts'
import { uIdRoutes } from './u-id.ts'

export interface RunningRegistries {
  readonly url: string
  close(): Promise<void>
}

/** The national registries as they are seen from outside, with made-up people and with faults on demand.
 *  Port 0: any. */
export async function registries({ port }: { port: number }): Promise<RunningRegistries> {
  const registers: Registers = { people: peopleBook(), faults: faultBoard() }
  const router = new Router()
  gsbRoutes(router, registers)
  uIdRoutes(router, registers)
  controlRoutes(router, registers)
  const app = new Koa()
  app.silent = true
  app.use(router.routes())
  const server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://localhost:${actual}`,
    async close() {
      registers.faults.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

if (import.meta.main) {
  const { url } = await registries({ port: Number(process.env['REGISTRIES_PORT'] ?? 3004) })
  console.log(`Sample registries: ${url}`)
}
