import Router from '@koa/router'
import type { Context } from 'koa'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { MessageBox } from './messages.ts'

export const Fault = z.object({
  gateway: z.enum(['kavenegar', 'sms-ir', 'http']),
  /** `down`: HTTP 503; `reject`: the gateway's own refusal; `slow`: after `seconds`; `none`: well again. */
  kind: z.enum(['none', 'down', 'reject', 'slow']),
  seconds: z.number().min(0).max(60).default(10),
})
export type Fault = z.infer<typeof Fault>

export interface Inbox {
  readonly box: MessageBox
  readonly faults: Map<Fault['gateway'], Fault>
}

/** The wire formats of the gateways, as their own documentation shows them. */
export function gatewayRoutes({ box, faults }: Inbox): Router {
  const router = new Router()

  const guarded =
    (
      gateway: Fault['gateway'],
      refuse: (ctx: Context) => void,
      work: (ctx: Context) => Promise<void>,
    ) =>
    async (ctx: Context) => {
      const fault = faults.get(gateway)
      if (fault?.kind === 'slow') await pause(fault.seconds * 1000)
      if (fault?.kind === 'down') return ctx.throw(503)
      if (fault?.kind === 'reject') return refuse(ctx)
      return work(ctx)
    }

  const kavenegarRefusal = (ctx: Context) => {
    ctx.status = 418
    ctx.body = { return: { status: 418, message: 'اعتبار حساب شما کافی نیست' }, entries: null }
  }

  router.post(
    '/v1/:key/verify/lookup.json',
    guarded('kavenegar', kavenegarRefusal, async (ctx) => {
      const form = new URLSearchParams(await bodyOf(ctx))
      const code = form.get('token') ?? ''
      const kept = box.add({
        gateway: 'kavenegar',
        to: form.get('receptor') ?? '',
        text: `#${code}`,
        code,
      })
      const entry = {
        messageid: kept.id,
        message: kept.text,
        status: 5,
        statustext: 'ارسال به مخابرات',
      }
      const date = Math.floor(Date.now() / 1000)
      ctx.body = {
        return: { status: 200, message: 'تایید شد' },
        entries: [{ ...entry, sender: '10004346', receptor: kept.to, date, cost: 120 }],
      }
    }),
  )

  router.post('/v1/:key/sms/status.json', async (ctx) => {
    const id = Number(new URLSearchParams(await bodyOf(ctx)).get('messageid'))
    const status = box.find(id) ? 10 : 100
    ctx.body = {
      return: { status: 200, message: 'تایید شد' },
      entries: [{ messageid: id, status, statustext: '' }],
    }
  })

  router.post(
    '/v1/send/verify',
    guarded(
      'sms-ir',
      (ctx) => void (ctx.body = { status: 102, message: 'اعتبار کافی نیست', data: null }),
      async (ctx) => {
        const given = JSON.parse(await bodyOf(ctx)) as {
          mobile: string
          parameters: { value: string }[]
        }
        const code = given.parameters[0]?.value ?? ''
        const kept = box.add({ gateway: 'sms-ir', to: given.mobile, text: `#${code}`, code })
        ctx.body = { status: 1, message: 'موفق', data: { messageId: kept.id, cost: 1.0 } }
      },
    ),
  )

  router.get('/v1/send/:id', (ctx) => {
    const isKnown = box.find(Number(ctx['params'].id)) !== undefined
    ctx.body = { status: 1, message: 'موفق', data: { deliveryState: isKnown ? 1 : null } }
  })

  router.post(
    '/http/send',
    guarded(
      'http',
      (ctx) => ctx.throw(422),
      async (ctx) => {
        const given = JSON.parse(await bodyOf(ctx)) as { to: string; text: string; code: string }
        const kept = box.add({ gateway: 'http', ...given })
        ctx.body = { id: String(kept.id) }
      },
    ),
  )

  router.get('/http/status', (ctx) => {
    ctx.body = { status: box.find(Number(ctx.query['id'])) ? 'delivered' : 'unknown' }
  })

  return router
}

export async function bodyOf(ctx: Context): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
