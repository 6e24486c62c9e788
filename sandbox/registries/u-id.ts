import type Router from '@koa/router'
import { z } from 'zod'
import { requestBody } from '../request-body.ts'
import { parsed, type Registers } from './gsb.ts'

const MAX_BYTES = 4 * 1024
const Call = z.object({ nationalId: z.string(), mobileNumber: z.string() })

/** Shahkar by way of a reseller (u-id.net v1.1.0): the same question in another shape. */
export function uIdRoutes(router: Router, { people, faults }: Registers): void {
  const status = (code: number, message: string) => ({
    responseContext: { status: { code, message } },
  })
  router.post('/u-id', async (ctx) => {
    if (ctx.get('authorization') !== 'Bearer sandbox') return ctx.throw(401)
    const { data: call } = Call.safeParse(parsed(await requestBody(ctx, MAX_BYTES)))
    if (call === undefined) return ctx.throw(400)
    await faults.during('u-id', (fault) => {
      if (fault?.kind === 'down' || fault?.kind === 'flapping') ctx.throw(503)
      if (fault?.kind === 'malformed') return void (ctx.body = 'true')
      if (fault?.kind === 'unknown_code')
        return void (ctx.body = { isMatched: true, ...status(99, '?') })
      if (!/^\d{10}$/.test(call.nationalId)) {
        return void (ctx.body = { isMatched: false, ...status(3, 'invalid nationalId') })
      }
      const isMatched =
        people.byNationalId(call.nationalId)?.mobiles.includes(call.mobileNumber) === true
      ctx.body = { isMatched, ...status(0, 'OK') }
    })
  })
}
