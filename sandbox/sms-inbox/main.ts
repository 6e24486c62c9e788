import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import { bodyOf, Fault, gatewayRoutes, type Inbox } from './gateways.ts'
import { messageBox } from './messages.ts'
import { inboxPage } from './page.ts'

export interface RunningInbox {
  readonly url: string
  close(): Promise<void>
}

/** A telephone for everybody: takes messages as the gateways do and shows them. Port 0: any. */
export async function smsInbox({ port }: { port: number }): Promise<RunningInbox> {
  const inbox: Inbox = { box: messageBox(), faults: new Map() }
  const routes = new Router()
  routes.get('/', (ctx) => {
    ctx.type = 'html'
    ctx.body = textOf(inboxPage(inbox.box.list().slice(0, 50)))
  })
  routes.get('/messages', (ctx) => {
    const { to } = ctx.query
    ctx.body = inbox.box.list(typeof to === 'string' ? to : undefined)
  })
  routes.post('/faults', async (ctx) => {
    const fault = Fault.parse(JSON.parse(await bodyOf(ctx)))
    inbox.faults.set(fault.gateway, fault)
    ctx.body = fault
  })
  const app = new Koa()
  app.silent = true
  app.use(routes.routes())
  app.use(gatewayRoutes(inbox).routes())
  const server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://localhost:${actual}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const textOf = (page: { toString(): string }) => page.toString()

if (import.meta.main) {
  const { url } = await smsInbox({ port: Number(process.env['SMS_INBOX_PORT'] ?? 3002) })
  console.log(`SMS inbox: ${url}`)
}
