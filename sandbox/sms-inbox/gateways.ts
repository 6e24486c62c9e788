import Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { bodyOf, jsonOf } from './body.ts'
import type { FaultBoard, Treatment } from './faults.ts'
import type { Fate, MessageBox } from './messages.ts'

export interface Inbox {
  readonly box: MessageBox
  readonly faults: FaultBoard
}

type Refusals = Readonly<Record<Exclude<Treatment, Fate>, (ctx: Context) => void>>

const down = (ctx: Context): never => ctx.throw(503)
const isFate = (treatment: Treatment): treatment is Fate =>
  treatment === 'delivered' || treatment === 'failed' || treatment === 'pending'

const SmsIrMessage = z.object({
  mobile: z.string(),
  templateId: z.number(),
  parameters: z.array(z.object({ name: z.string(), value: z.string() })).min(1),
})
const SmsIrText = z.object({
  lineNumber: z.number(),
  messageText: z.string(),
  mobiles: z.array(z.string()).length(1),
})
const OwnMessage = z.object({ to: z.string(), text: z.string(), code: z.string().optional() })

/** Kavenegar REST v1, status of a message. 100: no such message. */
const KAVENEGAR_STATUS = { delivered: 10, failed: 11, pending: 5 } as const
const KAVENEGAR_UNKNOWN = 100
/** SMS.ir v1, delivery state. */
const SMS_IR_STATE = { delivered: 1, failed: 4, pending: 5 } as const

/** The wire formats of the gateways, as their own documentation shows them. */
export function gatewayRoutes(inbox: Inbox): Router {
  const router = new Router()
  kavenegar(router, inbox)
  smsIr(router, inbox)
  own(router, inbox)
  return router
}

function kavenegar(router: Router, { box, faults }: Inbox): void {
  const refusal = (status: number, message: string) => (ctx: Context) => {
    ctx.status = status
    ctx.body = { return: { status, message }, entries: null }
  }
  const refusals: Refusals = {
    down,
    reject: refusal(418, 'اعتبار حساب شما کافی نیست'),
    refuse: refusal(411, 'دریافت کننده نامعتبر است'),
  }

  router.post('/v1/:key/verify/lookup.json', async (ctx) => {
    const form = new URLSearchParams(await bodyOf(ctx))
    const [to, code] = [form.get('receptor') ?? '', form.get('token') ?? '']
    const fate = await faults.treat('kavenegar', to)
    if (!isFate(fate)) return refusals[fate](ctx)
    const kept = box.add({ gateway: 'kavenegar', to, text: `#${code}`, code, fate })
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
  })

  router.post('/v1/:key/sms/send.json', async (ctx) => {
    const form = new URLSearchParams(await bodyOf(ctx))
    const [to, text] = [form.get('receptor') ?? '', form.get('message') ?? '']
    const fate = await faults.treat('kavenegar', to)
    if (!isFate(fate)) return refusals[fate](ctx)
    const kept = box.add({ gateway: 'kavenegar', to, text, fate })
    const sender = form.get('sender') ?? '10004346'
    const entry = { messageid: kept.id, message: text, status: 1, statustext: 'در صف ارسال' }
    const date = Math.floor(Date.now() / 1000)
    ctx.body = {
      return: { status: 200, message: 'تایید شد' },
      entries: [{ ...entry, sender, receptor: kept.to, date, cost: 120 }],
    }
  })

  router.post('/v1/:key/sms/status.json', async (ctx) => {
    const id = Number(new URLSearchParams(await bodyOf(ctx)).get('messageid'))
    const found = box.find(id)
    const status = found ? KAVENEGAR_STATUS[found.fate] : KAVENEGAR_UNKNOWN
    ctx.body = {
      return: { status: 200, message: 'تایید شد' },
      entries: [{ messageid: id, status, statustext: '' }],
    }
  })
}

function smsIr(router: Router, { box, faults }: Inbox): void {
  const refusal = (status: number, message: string) => (ctx: Context) => {
    ctx.status = 400
    ctx.body = { status, message, data: null }
  }
  const refusals: Refusals = {
    down,
    reject: refusal(102, 'اعتبار کافی نیست'),
    refuse: refusal(115, 'شماره موبایل(ها) در لیست سیاه سامانه می‌باشند'),
  }

  router.post('/v1/send/verify', async (ctx) => {
    const { mobile: to, parameters } = await jsonOf(ctx, SmsIrMessage)
    const code = parameters[0]?.value ?? ''
    const fate = await faults.treat('sms-ir', to)
    if (!isFate(fate)) return refusals[fate](ctx)
    const kept = box.add({ gateway: 'sms-ir', to, text: `#${code}`, code, fate })
    ctx.body = { status: 1, message: 'موفق', data: { messageId: kept.id, cost: 1.0 } }
  })

  router.post('/v1/send/bulk', async (ctx) => {
    const { mobiles, messageText: text } = await jsonOf(ctx, SmsIrText)
    const [to = ''] = mobiles
    const fate = await faults.treat('sms-ir', to)
    if (!isFate(fate)) return refusals[fate](ctx)
    const kept = box.add({ gateway: 'sms-ir', to, text, fate })
    ctx.body = {
      status: 1,
      message: 'موفق',
      data: { packId: String(kept.id), messageIds: [kept.id], cost: 1.0 },
    }
  })

  router.get('/v1/send/:id', (ctx) => {
    const found = box.find(Number(ctx['params'].id))
    if (found === undefined) return refusal(111, 'با این شناسه ارسالی ثبت نشده است')(ctx)
    const deliveryState = SMS_IR_STATE[found.fate]
    ctx.body = { status: 1, message: 'موفق', data: { messageId: found.id, deliveryState } }
  })
}

function own(router: Router, { box, faults }: Inbox): void {
  const refusals: Refusals = {
    down,
    reject: (ctx) => ctx.throw(402),
    refuse(ctx) {
      ctx.status = 422
      ctx.body = { refused: true }
    },
  }

  router.post('/http/send', async (ctx) => {
    const message = await jsonOf(ctx, OwnMessage)
    const fate = await faults.treat('http', message.to)
    if (!isFate(fate)) return refusals[fate](ctx)
    ctx.body = { id: String(box.add({ gateway: 'http', ...message, fate }).id) }
  })

  router.get('/http/status', (ctx) => {
    ctx.body = { status: box.find(Number(ctx.query['id']))?.fate ?? 'unknown' }
  })
}
