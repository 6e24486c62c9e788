import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { requestBody } from '../request-body.ts'
import type { Fault, FaultBoard, ServiceName } from './faults.ts'
import type { PeopleBook } from './people.ts'
import { GSB_SERVICES, type Parameters, type Said } from './services.ts'

const MAX_BYTES = 16 * 1024
const CREDENTIAL = { code: 'sandbox', password: 'sandbox' }

const Call = z.object({
  credential: z.object({ code: z.string(), password: z.string() }),
  parameters: z.array(z.object({ parameterName: z.string(), parameterValue: z.string() })),
  service: z.string(),
})

export interface Registers {
  readonly people: PeopleBook
  readonly faults: FaultBoard
}

/** The Government Service Bus (GSB), as integrators' public code shows it: one address for every service, and
 *  the registry's own answer as a JSON text inside the answer. */
export function gsbRoutes(router: Router, { people, faults }: Registers): void {
  const used = new Map<string, number>()
  const seen = new Set<string>()

  router.post('/gsb', async (ctx) => {
    const { data: call } = Call.safeParse(parsed(await requestBody(ctx, MAX_BYTES)))
    if (call === undefined) return ctx.throw(400)
    const [name, service] = Object.hasOwn(GSB_SERVICES, call.service)
      ? (GSB_SERVICES[call.service] ?? [])
      : []
    const { code, password } = call.credential
    if (code !== CREDENTIAL.code || password !== CREDENTIAL.password)
      return refuse(ctx, 401, 'AUTH')
    if (name === undefined || service === undefined) return refuse(ctx, 404, 'SERVICE')
    const parameters: Parameters = Object.fromEntries(
      call.parameters.map((one) => [one.parameterName, one.parameterValue]),
    )
    await faults.during(name, (fault) => {
      used.set(name, (used.get(name) ?? 0) + 1)
      answer(ctx, name, fault, () => once(parameters, () => service(parameters, people)))
    })
  })

  /** A request's id is good for one request. */
  function once(parameters: Parameters, ask: () => Said): Said & { requestId: string } {
    const { requestId = '' } = parameters
    if (!/^\d{24}$/.test(requestId)) return { ...said(400, 'requestId'), requestId }
    if (seen.has(requestId)) return { ...said(301, 'duplicate requestId'), requestId }
    seen.add(requestId)
    return { ...ask(), requestId }
  }

  function answer(
    ctx: Context,
    name: ServiceName,
    fault: Fault | undefined,
    ask: () => Said & { requestId: string },
  ): void {
    const refusal = REFUSALS[fault?.kind ?? 'none']
    if (refusal) return refusal(ctx, fault)
    const twist = TWISTS[fault?.kind ?? 'none'] ?? ((whole: unknown) => JSON.stringify(whole))
    const { response, requestId, ...members } = ask()
    ctx.body = envelope({
      responseText: twist({ response, requestId, Id: null, ...members }),
      responseStatusCode: 200,
      used: used.get(name) ?? 0,
    })
  }
}

const said = (response: number, result: string): Said => ({ response, result, comment: '' })

type Refusal = (ctx: Context, fault: Fault | undefined) => void

const REFUSALS: Readonly<Partial<Record<Fault['kind'], Refusal>>> = {
  down: (ctx) => ctx.throw(503),
  flapping: (ctx) => ctx.throw(503),
  quota: (ctx) => refuse(ctx, 429, 'QUOTA'),
  maintenance: (ctx, fault) => refuse(ctx, 503, 'MAINTENANCE', fault?.until),
  unauthorized: (ctx) => refuse(ctx, 401, 'AUTH'),
}

type Whole = Readonly<Record<string, unknown>>

/** Answers that look like one and are none. */
const TWISTS: Readonly<Partial<Record<Fault['kind'], (whole: Whole) => string>>> = {
  malformed: () => '<html>200</html>',
  wrong_type: (whole) => JSON.stringify({ ...whole, response: '200' }),
  duplicate: ({ requestId }) => JSON.stringify({ ...said(301, 'duplicate requestId'), requestId }),
  other_request: (whole) => JSON.stringify({ ...whole, requestId: '0'.repeat(24) }),
  unknown_code: ({ requestId }) => JSON.stringify({ ...said(999, '?'), requestId }),
}

function refuse(ctx: Context, status: number, error: string, description?: string): void {
  ctx.body = {
    ...envelope({ responseText: null, responseStatusCode: status, used: 0 }),
    isSuccessful: false,
    error,
    errorDescription: description ?? error,
    description: description ?? null,
  }
}

interface Answered {
  readonly responseText: string | null
  readonly responseStatusCode: number
  readonly used: number
}

let answers = 0

function envelope({ responseText, responseStatusCode, used }: Answered) {
  const now = new Date().toISOString()
  return {
    isSuccessful: true,
    error: null,
    errorDescription: null,
    responseText,
    responseStatusCode,
    usedQuotaStats: { hourlyUsed: used, dailyUsed: used, monthlyUsed: used },
    description: null,
    requestDate: now,
    responseDate: now,
    responseHeaders: null,
    digitalSignature: null,
    requestId: `gsb-${(answers += 1)}`,
  }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
