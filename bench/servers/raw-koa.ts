import Koa from 'koa'

/** The floor: what the web framework costs by itself. */
const app = new Koa()
app.use((ctx) => {
  ctx.body = { ok: true }
})
app.listen(Number(process.argv[2]), '127.0.0.1')
