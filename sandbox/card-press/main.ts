import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import type { Context } from 'koa'
import { cardOf, Order } from './holders.ts'
import { pressPage, script, styleSheet } from './page.ts'
import { placeholder } from './placeholder.ts'
import { printCard } from './print-card.ts'
import { langOf } from './text.ts'

export interface RunningPress {
  readonly url: string
  close(): Promise<void>
}

const MAX_BYTES = 8 << 20
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; form-action 'self'"

/** Prints specimen cards of the sample people. Pictures are taken in, printed and forgotten. Port 0: any. */
export async function cardPress({ port }: { port: number }): Promise<RunningPress> {
  const routes = new Router()
  const file = (type: string, body: string) => (ctx: Context) => {
    ctx.type = type
    ctx.body = body
  }
  routes.get('/style.css', file('css', styleSheet))
  routes.get('/script.js', file('js', script))
  routes.get('/', (ctx) => {
    ctx.set('Content-Security-Policy', POLICY)
    ctx.type = 'html'
    const page = pressPage(langOf(ctx.query['lang'], ctx.get('accept-language')))
    ctx.body = (page as { toString(): string }).toString()
  })
  routes.get('/card.jpg', (ctx) => press(ctx))
  routes.post('/card.jpg', async (ctx) => press(ctx, await bodyOf(ctx)))
  const app = new Koa()
  app.silent = true
  app.use(routes.routes())
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

/** Whose card the address says; with the picture when there is one, else with a drawn face. */
async function press(ctx: Context, picture?: Uint8Array): Promise<void> {
  const { data: order } = Order.safeParse(ctx.query)
  if (order === undefined) return ctx.throw(400)
  const { gender, ...data } = cardOf(order)
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'jpeg'
  try {
    const portrait = picture ?? placeholder(gender)
    ctx.body = Buffer.from(await printCard({ ...data, portrait }))
  } catch {
    // What was sent is no picture.
    ctx.throw(422)
  }
}

async function bodyOf(ctx: Context): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) ctx.throw(413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

if (import.meta.main) {
  const { url } = await cardPress({ port: Number(process.env['CARD_PRESS_PORT'] ?? 3005) })
  console.log(`Sample cards: ${url}`)
}
