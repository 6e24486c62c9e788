import type Router from '@koa/router'
import type { Context } from 'koa'
import { requestBody } from '../request-body.ts'
import { Fault } from './faults.ts'
import { parsed, type Registers } from './gsb.ts'
import { controlPage, styleSheet } from './page.ts'
import { Persona } from './personas.ts'
import { langOf } from './text.ts'

const MAX_BYTES = 16 * 1024
/** With a portrait. */
const MAX_JSON_BYTES = 600 * 1024
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'"

/** How the registries are told what to be: by a page for people, and by JSON for tests and agencies. */
export function controlRoutes(router: Router, { people, faults }: Registers): void {
  router.get('/style.css', (ctx) => {
    ctx.type = 'css'
    ctx.body = styleSheet
  })
  router.get('/', (ctx) => {
    ctx.set('Content-Security-Policy', POLICY)
    ctx.type = 'html'
    ctx.body = textOf(
      controlPage(people.list(), faults, langOf(ctx.query['lang'], ctx.get('accept-language'))),
    )
  })

  router.get('/personas', (ctx) => {
    ctx.body = people.list()
  })
  router.post('/personas', async (ctx) => {
    const { data: persona } = Persona.safeParse(await jsonOf(ctx))
    if (persona === undefined) return ctx.throw(400)
    people.put(persona)
    ctx.body = persona
  })
  router.patch('/personas/:id', async (ctx) => {
    const known = people.find(String(ctx['params'].id))
    if (known === undefined) return ctx.throw(404)
    const changes = await jsonOf(ctx)
    const { data: persona } = Persona.safeParse({ ...known, ...(changes as object), id: known.id })
    if (persona === undefined) return ctx.throw(400)
    people.put(persona)
    ctx.body = persona
  })
  router.post('/faults', async (ctx) => {
    const { data: fault } = Fault.safeParse(await jsonOf(ctx))
    if (fault === undefined) return ctx.throw(400)
    faults.set(fault)
    ctx.body = fault
  })
  router.get('/calls', (ctx) => {
    ctx.body = faults.calls()
  })
  router.post('/reset', (ctx) => {
    people.reset()
    faults.reset()
    ctx.body = {}
  })

  router.post('/control/personas/:id', async (ctx) => {
    const known = people.find(String(ctx['params'].id))
    const form = new URLSearchParams(await requestBody(ctx, MAX_BYTES))
    const change = CHANGES[form.get('action') ?? '']
    if (known && change) people.put({ ...known, ...change(known) })
    ctx.redirect('/')
  })
  router.post('/control/faults', async (ctx) => {
    const form = new URLSearchParams(await requestBody(ctx, MAX_BYTES))
    const { data: fault } = Fault.safeParse(Object.fromEntries(form))
    if (fault) faults.set(fault)
    ctx.redirect('/')
  })
  router.post('/control/reset', (ctx) => {
    people.reset()
    faults.reset()
    ctx.redirect('/')
  })
}

/** What can befall somebody, by a button. */
const CHANGES: Readonly<Record<string, (persona: Persona) => Partial<Persona>>> = {
  die: () => ({ isAlive: false }),
  live: () => ({ isAlive: true }),
  lose: () => ({ mobiles: [] }),
  rename: ({ familyName, former }) => ({
    familyName: `${familyName} نو`.slice(0, 60),
    former: former ?? { familyName, reason: 'change' },
  }),
  revoke: ({ mandates }) => ({ mandates: mandates.map((one) => ({ ...one, isRevoked: true })) }),
  restore: ({ mandates }) => ({ mandates: mandates.map((one) => ({ ...one, isRevoked: false })) }),
}

async function jsonOf(ctx: Context): Promise<unknown> {
  return parsed(await requestBody(ctx, MAX_JSON_BYTES))
}

const textOf = (page: { toString(): string }) => page.toString()
