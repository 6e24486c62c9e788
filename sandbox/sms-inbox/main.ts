import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import type { Context } from 'koa'
import { jsonOf } from './body.ts'
import { Fault, faultBoard } from './faults.ts'
import { gatewayRoutes, type Inbox } from './gateways.ts'
import { messageBox } from './messages.ts'
import { inboxPage, script, styleSheet } from './page.ts'
import { langOf } from './text.ts'

export interface RunningInbox {
  readonly url: string
  close(): Promise<void>
}

/** A telephone for everybody: takes messages as the gateways do and shows them. Port 0: any. */
export async function smsInbox({ port }: { port: number }): Promise<RunningInbox> {
  const inbox: Inbox = { box: messageBox(), faults: faultBoard() }
  const routes = new Router()
  pageRoutes(routes, inbox)
  routes.get('/messages', (ctx) => {
    const { to } = ctx.query
    ctx.body = inbox.box.list(typeof to === 'string' ? to : undefined)
  })
  routes.get('/notices', (ctx) => {
    const { to } = ctx.query
    ctx.body = inbox.box.notices(typeof to === 'string' ? to : '')
  })
  routes.post('/faults', async (ctx) => {
    const fault = await jsonOf(ctx, Fault)
    inbox.faults.set(fault)
    ctx.body = fault
  })
  routes.get('/load', (ctx) => {
    ctx.body = inbox.faults.load()
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
      inbox.faults.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"

function pageRoutes(routes: Router, { box }: Inbox): void {
  const file = (type: string, body: string) => (ctx: Context) => {
    ctx.type = type
    ctx.body = body
  }
  routes.get('/style.css', file('css', styleSheet))
  routes.get('/script.js', file('js', script))
  routes.get('/newest', (ctx) => {
    ctx.body = { id: box.list()[0]?.id ?? 0 }
  })
  routes.get('/', (ctx) => {
    const lang = langOf(ctx.query['lang'], ctx.get('accept-language'))
    ctx.set('Content-Security-Policy', POLICY)
    ctx.type = 'html'
    ctx.body = textOf(inboxPage(box.list().slice(0, 50), lang))
  })
}

const textOf = (page: { toString(): string }) => page.toString()

if (import.meta.main) {
  const { url } = await smsInbox({ port: Number(process.env['SMS_INBOX_PORT'] ?? 3002) })
  console.log(`SMS inbox: ${url}`)
}
