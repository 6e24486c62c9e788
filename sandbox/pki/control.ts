import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { bodyOf } from './body.ts'
import { Fault } from './faults.ts'
import { serialOf } from './ocsp.ts'
import { controlPage, styleSheet } from './page.ts'
import { isAllowed, type Pki } from './services.ts'
import { langOf } from './text.ts'

const MAX_BYTES = 64 * 1024
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'"

/** CRLReason (RFC 5280 section 5.3.1). */
const REASONS = {
  unspecified: 0,
  key_compromise: 1,
  affiliation_changed: 3,
  superseded: 4,
  cessation_of_operation: 5,
} as const

const Revocation = z.object({
  /** Base64 DER. */
  certificate: z.base64(),
  reason: z.enum(Object.keys(REASONS) as (keyof typeof REASONS)[]),
})

/** How the authority is told what to do: by a page for people, and by JSON for tests and for the window. */
export function controlRoutes(router: Router, pki: Pki): void {
  const { book, faults } = pki
  router.get('/style.css', (ctx) => {
    ctx.type = 'css'
    ctx.body = styleSheet
  })
  router.get('/', (ctx) => {
    ctx.set('Content-Security-Policy', POLICY)
    ctx.type = 'html'
    const lang = langOf(ctx.query['lang'], ctx.get('accept-language'))
    ctx.body = textOf(controlPage(book.list(), faults, lang))
  })

  router.post('/revocations', async (ctx) => {
    if (!isAllowed(ctx)) return
    const { data } = Revocation.safeParse(await jsonOf(ctx))
    if (data === undefined) return ctx.throw(400)
    const serialNumber = attempted(() => serialOf(Buffer.from(data.certificate, 'base64')))
    if (serialNumber === undefined) return ctx.throw(400)
    if (!book.revoke(serialNumber, REASONS[data.reason], Date.now())) return ctx.throw(404)
    ctx.body = { serialNumber }
  })
  router.get('/issued', (ctx) => {
    ctx.body = book.list()
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
    faults.reset()
    ctx.body = {}
  })

  router.post('/control/revoke/:serialNumber', (ctx) => {
    book.revoke(String(ctx['params'].serialNumber), REASONS.unspecified, Date.now())
    ctx.redirect('/')
  })
  router.post('/control/faults', async (ctx) => {
    const form = new URLSearchParams((await bodyOf(ctx, MAX_BYTES)).toString('utf8'))
    const { data: fault } = Fault.safeParse(Object.fromEntries(form))
    if (fault) faults.set(fault)
    ctx.redirect('/')
  })
}

async function jsonOf(ctx: Context): Promise<unknown> {
  try {
    return JSON.parse((await bodyOf(ctx, MAX_BYTES)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function attempted<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const textOf = (page: { toString(): string }) => page.toString()
