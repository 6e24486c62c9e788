import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import type { Context } from 'koa'
import { requestBody } from '../request-body.ts'
import { ANSWERS, type Engine } from './answers.ts'
import { Fault, faultBoard, Verdicts } from './faults.ts'
import { streamBook } from './streams.ts'

export const ENGINE = 'sandbox-face-engine 1.0'
export const TOKEN = 'sandbox-face-engine-token'
const MAX_BYTES = 64 * 1024 * 1024

export interface RunningEngine {
  readonly url: string
  close(): Promise<void>
}

/** An outside face engine as docs/face-engine.md describes one, blind and obedient, with faults on demand. Port 0:
 *  any. */
export async function faceEngine({ port }: { port: number }): Promise<RunningEngine> {
  const engine: Engine = { faults: faultBoard(), streams: streamBook() }
  const router = new Router()
  for (const path of Object.keys(ANSWERS)) {
    router.post(`/v1/${path}`, (ctx) => answered(ctx, path, engine))
  }
  router.post('/faults', async (ctx) => {
    engine.faults.set(Fault.parse(await jsonOf(ctx)))
    ctx.body = {}
  })
  router.post('/verdicts', async (ctx) => {
    engine.faults.find(Verdicts.parse(await jsonOf(ctx)))
    ctx.body = {}
  })
  router.get('/calls', (ctx) => {
    ctx.body = { calls: engine.faults.calls(), streams: engine.streams.size() }
  })
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
      engine.faults.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answered(ctx: Context, path: string, engine: Engine): Promise<void> {
  const asked = await jsonOf(ctx)
  const fault = await engine.faults.met()
  if (fault === 'down' || fault === 'flapping') return ctx.throw(500)
  if (fault === 'busy') return ctx.throw(429)
  const isKnown = ctx.get('Authorization') === `Bearer ${TOKEN}`
  if (fault === 'unauthorized' || !isKnown) return ctx.throw(401)
  const result = ANSWERS[path]?.(asked, engine)
  if (result === undefined) return ctx.throw(400)
  const { request_id } = asked as { request_id: string }
  const twist = TWISTS[fault] ?? JSON.stringify
  ctx.type = 'application/json'
  ctx.body = twist({ request_id, engine: ENGINE, result })
}

interface Whole {
  readonly request_id: string
  readonly engine: string
  readonly result: Readonly<Record<string, unknown>>
}

/** Any picture that nobody sent. */
const FOREIGN = Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString('base64')

/** Answers that look like one and are none. */
const TWISTS: Readonly<Partial<Record<Fault['kind'], (whole: Whole) => string>>> = {
  malformed: () => '<html>same</html>',
  too_long: (whole) => JSON.stringify({ ...whole, padding: 'x'.repeat(40 * 1024 * 1024) }),
  other_request: (whole) => JSON.stringify({ ...whole, request_id: 'another' }),
  other_engine: (whole) => JSON.stringify({ ...whole, engine: 'sandbox-face-engine 1.1' }),
  unknown_word: (whole) => JSON.stringify({ ...whole, result: { kind: 'certainly' } }),
  more_members: (whole) =>
    JSON.stringify({ ...whole, result: { ...whole.result, decision_2: 'same' } }),
  foreign_frames: (whole) =>
    JSON.stringify(
      whole.result['kind'] === 'live'
        ? { ...whole, result: { ...whole.result, frames: [FOREIGN] } }
        : whole,
    ),
}

async function jsonOf(ctx: Context): Promise<unknown> {
  try {
    return JSON.parse(await requestBody(ctx, MAX_BYTES))
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const { url } = await faceEngine({ port: Number(process.env['FACE_ENGINE_PORT'] ?? 3006) })
  console.log(`Sample face engine: ${url} (token: ${TOKEN})`)
}
